package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi/pkg/v3/codegen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

var (
	field   = regexp.MustCompile(`^(\s*)(\w+):(\s+)(.+)$`)
	object  = regexp.MustCompile(`^&?fargate\.(\w+)Args\{$`)
	scalar  = regexp.MustCompile(`^pulumi\.(Bool|Int|Float64|String)\((.*)\),$`)
	literal = regexp.MustCompile(`^(true|false),$`)
	member  = regexp.MustCompile(`^(fargate\.\w+),$`)
)

// finishGoProgram gives plain inputs what the SDK's fields take: the generator of programs writes a value where the generator
// of the SDK declares a pointer (pkg/v3/codegen/go, v3.259.0: `Preset: fargate.PresetDev` for `Preset *string`). And it reads
// lists from the configuration, which the generator takes for texts.
func finishGoProgram(from *source, pkg *schema.Package, text string) (string, error) {
	for _, it := range from.settings {
		if it.list {
			text = strings.Replace(text, fmt.Sprintf("%s := cfg.Require(%q)", it.name, it.name),
				fmt.Sprintf("var %s []string\ncfg.RequireObject(%q, &%s)", it.name, it.name, it.name), 1)
			text = regexp.MustCompile(`(:\s+)`+it.name+`,`).ReplaceAllString(text, "${1}pulumi.ToStringArray("+it.name+"),")
		}
	}
	program := strings.Split(text, "\n")
	// The properties of the objects around a line, from outside in; none for a map or a list.
	var around [][]*schema.Property
	for index, line := range program {
		found := field.FindStringSubmatch(line)
		if strings.HasSuffix(line, "&fargate.FargateWebServiceArgs{") {
			around = append(around, pkg.Resources[0].InputProperties)
			continue
		}
		if found != nil && len(around) > 0 {
			if plain := propertyOf(around[len(around)-1], found[2]); plain != nil && plain.Plain {
				program[index] = found[1] + found[2] + ":" + found[3] + pointer(found[4])
			}
		}
		switch trimmed := strings.TrimSpace(line); {
		case found != nil && object.MatchString(found[4]):
			around = append(around, fieldsOf(pkg, object.FindStringSubmatch(found[4])[1]))
		case strings.HasSuffix(trimmed, "{"):
			around = append(around, nil)
		case strings.HasPrefix(trimmed, "}") && len(around) > 0:
			around = around[:len(around)-1]
		}
	}
	return strings.Join(program, "\n"), nil
}

func pointer(value string) string {
	switch {
	case object.MatchString(value):
		return "&" + strings.TrimPrefix(value, "&")
	case scalar.MatchString(value):
		return scalar.ReplaceAllString(value, "pulumi.${1}Ref($2),")
	case literal.MatchString(value):
		return literal.ReplaceAllString(value, "pulumi.BoolRef($1),")
	case member.MatchString(value):
		return member.ReplaceAllString(value, "pulumi.StringRef(string($1)),")
	default:
		return value
	}
}

func propertyOf(properties []*schema.Property, field string) *schema.Property {
	for _, it := range properties {
		if pascal(it.Name) == field {
			return it
		}
	}
	return nil
}

// fieldsOf are the properties of an object type of ours.
func fieldsOf(pkg *schema.Package, name string) []*schema.Property {
	for _, it := range pkg.Types {
		if object, ok := codegen.UnwrapType(it).(*schema.ObjectType); ok && object.Token == "fargate:index:"+name {
			return object.Properties
		}
	}
	return nil
}

// finishJavaProgram puts the program into a package of its own name, imports the types of inputs from where the SDK has them
// (the generator, v1.34.0, always takes com.pulumi), and reads lists from the configuration, which it takes for texts.
func finishJavaProgram(from *source, pkg *schema.Package, text string) (string, error) {
	base := pkg.Language["java"].(java.PackageInfo).BasePackageOrDefault()
	text = strings.Replace(text, "package generated_program;", "package "+from.name+";", 1)
	text = strings.ReplaceAll(text, "import com.pulumi."+pkg.Name+".", "import "+base+pkg.Name+".")
	for _, it := range from.settings {
		if it.list {
			text = strings.Replace(text, fmt.Sprintf("config.require(%q)", it.name),
				fmt.Sprintf("config.requireObject(%q, TypeShape.list(String.class))", it.name), 1)
		}
	}
	if strings.Contains(text, "TypeShape.") {
		text = strings.Replace(text, "import com.pulumi.core.Output;\n",
			"import com.pulumi.core.Output;\nimport com.pulumi.core.TypeShape;\n", 1)
	}
	return withoutUnused(`import [\w.]+\.(\w+);\n`)(from, pkg, text)
}

// withoutUnused leaves out imports, whose first group is the name that they bring, if the name is not used.
func withoutUnused(pattern string) func(*source, *schema.Package, string) (string, error) {
	imports := regexp.MustCompile(`(?m)^` + pattern)
	return func(_ *source, _ *schema.Package, text string) (string, error) {
		body := imports.ReplaceAllString(text, "")
		for _, found := range imports.FindAllStringSubmatch(text, -1) {
			if !regexp.MustCompile(`\b` + found[1] + `\b`).MatchString(body) {
				text = strings.Replace(text, found[0], "", 1)
			}
		}
		return text, nil
	}
}

func finishHCL(from *source, _ *schema.Package, text string) (string, error) {
	for _, it := range from.settings {
		begin := fmt.Sprintf("variable %q {\n", it.name)
		text = strings.Replace(text, begin, begin+fmt.Sprintf("description = %q\n", it.about), 1)
	}
	return text, nil
}

// formatHCL puts the text in order, and refuses what is not HCL.
func formatHCL(text []byte) ([]byte, error) {
	text = hclwrite.Format(text)
	if _, problems := hclsyntax.ParseConfig(text, "main.tf", hcl.InitialPos); problems.HasErrors() {
		return text, problems
	}
	return text, nil
}
