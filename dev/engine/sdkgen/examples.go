package main

import (
	"context"
	"errors"
	"fmt"
	"go/format"
	"path/filepath"
	"sort"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	yamlgen "github.com/pulumi/pulumi-yaml/pkg/pulumiyaml/codegen"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// target is a language into which the examples are put.
type target struct {
	folder string
	// title is its name in descriptions.
	title   string
	runtime string
	// generate makes one file of the program; program is where it goes in the example's folder.
	generate func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
	program  string
	comment  string
	// property is how the language writes the name of a property.
	property func(string) string
	// finish mends what the generator does wrong with our package; format is the language's formatter, if there is one.
	finish func(*source, *schema.Package, string) (string, error)
	format func([]byte) ([]byte, error)
}

var targets = []target{
	{
		"typescript", "TypeScript", "nodejs", nodejs.GenerateProgram, "index.ts", "//",
		asIs, withoutUnused(`import \* as (\w+) from .*;\n`), nil,
	},
	{"python", "Python", "python", python.GenerateProgram, "__main__.py", "#", snake, nil, nil},
	{"go", "Go", "go", golang.GenerateProgram, "main.go", "//", pascal, finishGoProgram, format.Source},
	{
		"java", "Java", "java", java.GenerateProgram, "src/main/java/@name@/App.java", "//",
		asIs, finishJavaProgram, nil,
	},
	{
		"csharp", "C#", "dotnet", dotnet.GenerateProgram, "Program.cs", "//",
		pascal, withoutUnused(`using System\.(Linq);\n`), nil,
	},
	{"hcl", "HCL", "hcl", generateHCL, "main.tf", "#", snake, finishHCL, formatHCL},
}

// writeExamples puts each example that is written in YAML into the other languages.
func writeExamples(schemaFile, folder string) error {
	found, err := filepath.Glob(filepath.Join(folder, "*", "yaml", "Pulumi.yaml"))
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s has no <example>/yaml/Pulumi.yaml", folder)
	}
	sort.Strings(found)
	for _, path := range found {
		from, err := readSource(path)
		if err != nil {
			return err
		}
		for _, to := range targets {
			files, err := to.example(from, schemaFile)
			if err != nil {
				return fmt.Errorf("%s in %s: %w", path, to.title, err)
			}
			if err := write(filepath.Join(filepath.Dir(filepath.Dir(path)), to.folder), files); err != nil {
				return err
			}
		}
	}
	return nil
}

// example is the program, and what makes a project of it.
func (to target) example(from *source, schemaFile string) (map[string][]byte, error) {
	pkg, err := bind(schemaFile)
	if err != nil {
		return nil, err
	}
	text, err := to.text(from, pkg)
	if err != nil {
		return nil, err
	}
	files, err := to.project(from, pkg)
	if err != nil {
		return nil, err
	}
	files[from.fill(to.program, pkg)] = text
	return files, nil
}

// text is the program in this language.
func (to target) text(from *source, pkg *schema.Package) ([]byte, error) {
	program, err := from.program(pkg)
	if err != nil {
		return nil, err
	}
	generated, problems, err := to.generate(program)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, problems
	}
	if len(generated) != 1 {
		return nil, fmt.Errorf("the generator wrote %d files, and one is expected", len(generated))
	}
	var text string
	for _, written := range generated {
		text = string(written)
	}
	if to.finish != nil {
		if text, err = to.finish(from, pkg, text); err != nil {
			return nil, err
		}
	}
	if to.format != nil {
		// Before the comments, which are placed by the depth of lines.
		formatted, err := to.format([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, text)
		}
		text = string(formatted)
	}
	annotated, err := from.annotate(text, to)
	if err != nil || to.format == nil {
		return annotated, err
	}
	return to.format(annotated)
}

// program is the example in the language between all others, bound to our package.
func (from *source) program(pkg *schema.Package) (*pcl.Program, error) {
	template, problems, err := pulumiyaml.LoadYAMLBytes("Pulumi.yaml", from.forConversion)
	if err == nil && problems.HasErrors() {
		err = problems
	}
	if err != nil {
		return nil, err
	}
	program, converted, err := yamlgen.EjectProgram(template, ours{pkg})
	if err == nil && len(converted) > 0 {
		err = converted
	}
	return program, err
}

// ours is a loader that knows one package.
type ours struct{ pkg *schema.Package }

func (it ours) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	if name != it.pkg.Name {
		return nil, errors.New("the examples use our package only, and not " + name)
	}
	return it.pkg, nil
}

func (it ours) LoadPackageV2(_ context.Context, asked *schema.PackageDescriptor) (*schema.Package, error) {
	return it.LoadPackage(asked.Name, nil)
}

func (it ours) LoadPackageReference(name string, version *semver.Version) (schema.PackageReference, error) {
	pkg, err := it.LoadPackage(name, version)
	if err != nil {
		return nil, err
	}
	return pkg.Reference(), nil
}

func (it ours) LoadPackageReferenceV2(
	_ context.Context, asked *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return it.LoadPackageReference(asked.Name, nil)
}
