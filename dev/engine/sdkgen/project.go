package main

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"gopkg.in/yaml.v3"
)

// What makes a project of a program, in a folder for each language.
//
//go:embed all:project
var projects embed.FS

// project is everything of an example but its program.
func (to target) project(from *source, pkg *schema.Package) (map[string][]byte, error) {
	project := &yaml.Node{Kind: yaml.MappingNode, Content: scalars(
		"name", from.name, "description", from.description+" in "+to.title+".", "runtime", to.runtime)}
	if from.config != nil {
		project.Content = append(project.Content, scalars("config")[0], from.config)
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(project); err != nil {
		return nil, err
	}
	files := map[string][]byte{"Pulumi.yaml": text.Bytes()}

	root := "project/" + to.folder
	if _, err := fs.Stat(projects, root); err != nil {
		// HCL needs nothing more.
		return files, nil
	}
	return files, fs.WalkDir(projects, root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := projects.ReadFile(file)
		if err != nil {
			return err
		}
		// Go leaves folders with a go.mod out of a program that embeds them.
		name := strings.TrimSuffix(strings.TrimPrefix(file, root+"/"), ".in")
		files[from.fill(name, pkg)] = []byte(from.fill(string(text), pkg))
		return nil
	})
}

// fill puts the names and versions of this example and our package into a text.
func (from *source) fill(text string, pkg *schema.Package) string {
	languages := map[string]schema.Language{
		"go": golang.Importer, "java": java.Importer, "csharp": dotnet.Importer,
	}
	if err := pkg.ImportLanguages(languages); err != nil {
		fail(err)
	}
	javaInfo := pkg.Language["java"].(java.PackageInfo)
	csharp := pkg.Language["csharp"].(dotnet.CSharpPackageInfo)
	module := path.Dir(pkg.Language["go"].(golang.GoPackageInfo).ImportBasePath)
	replace := ""
	if pkg.Repository == "" {
		replace = fmt.Sprintf("\n// Published nowhere yet: the SDK is taken from its folder.\nreplace %s => ../../../sdk/go\n", module)
	}
	return strings.NewReplacer(
		"@name@", from.name,
		"@version@", pkg.Version.String(),
		"@module@", module,
		"@replace@\n", replace,
		"@group@", strings.TrimSuffix(javaInfo.BasePackageOrDefault(), "."),
		"@pulumi-java@", javaInfo.Dependencies["com.pulumi:pulumi"],
		"@assembly@", csharp.GetRootNamespace()+"."+pascal(pkg.Name),
	).Replace(text)
}
