package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// What the generators do not write: a README for each language, the logo of the NuGet package, Maven's project file.
//
//go:embed readme logo.png pom.xml
var own embed.FS

// Our schema names no other package, so no generator is given a loader of packages.
var languages = []struct {
	name     string
	generate func(*schema.Package) (map[string][]byte, error)
}{
	{"nodejs", func(pkg *schema.Package) (map[string][]byte, error) {
		files, err := nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
		if err != nil {
			return nil, err
		}
		return files, finishNode(files)
	}},
	{"python", func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, nil)
	}},
	{"go", func(pkg *schema.Package) (map[string][]byte, error) {
		return golang.GeneratePackage(tool, pkg, nil)
	}},
	{"java", func(pkg *schema.Package) (map[string][]byte, error) {
		files, err := java.GeneratePackage(tool, pkg, nil, nil, false, false)
		if err != nil {
			return nil, err
		}
		return files, finishJava(files, pkg)
	}},
	{"dotnet", func(pkg *schema.Package) (map[string][]byte, error) {
		// It downloads the logo, from whatever address the schema has or from Pulumi's: here it gets ours from this program.
		http.DefaultTransport.(*http.Transport).RegisterProtocol("embedded", http.NewFileTransportFS(own))
		pkg.LogoURL = "embedded:///logo.png"
		files, err := dotnet.GeneratePackage(tool, pkg, nil, nil)
		if err != nil {
			return nil, err
		}
		return files, finishDotnet(files, pkg)
	}},
}

func writeSDKs(schemaFile, folder string) error {
	for _, language := range languages {
		pkg, err := bind(schemaFile)
		if err != nil {
			return err
		}
		files, err := language.generate(pkg)
		if err != nil {
			return fmt.Errorf("generating the SDK for %s: %w", language.name, err)
		}
		readme, err := own.ReadFile("readme/" + language.name + ".md")
		if err != nil {
			return err
		}
		for name := range files {
			if path.Base(name) == "README.md" {
				delete(files, name)
			}
		}
		files["README.md"] = readme
		if err := write(filepath.Join(folder, language.name), files); err != nil {
			return err
		}
	}
	return nil
}

// finishNode makes `npm pack` publish the compiled code, which reads package.json from beside itself.
func finishNode(files map[string][]byte) error {
	var manifest map[string]any
	if err := json.Unmarshal(files["package.json"], &manifest); err != nil {
		return err
	}
	manifest["main"] = "bin/index.js"
	manifest["types"] = "bin/index.d.ts"
	manifest["files"] = []string{"bin"}
	manifest["scripts"] = map[string]string{
		"build":   "tsc && node -e \"require('fs').copyFileSync('package.json', 'bin/package.json')\"",
		"prepack": "npm run build",
	}
	text, err := json.MarshalIndent(manifest, "", "    ")
	if err != nil {
		return err
	}
	files["package.json"] = append(text, '\n')
	return nil
}

// finishJava adds what makes a jar of the SDK with Maven alone. Pulumi's SDK reads the plugin's name and version from
// plugin.json beside the classes, which the generator leaves to Gradle's build.
func finishJava(files map[string][]byte, pkg *schema.Package) error {
	version := ""
	for name := range files {
		if path.Base(name) == "version.txt" {
			version = name
		}
	}
	if version == "" {
		return fmt.Errorf("the generator wrote no version.txt: it should with language.java.buildFiles none")
	}
	plugin := map[string]any{"resource": true, "name": pkg.Name, "version": pkg.Version.String()}
	if pkg.PluginDownloadURL != "" {
		plugin["server"] = pkg.PluginDownloadURL
	}
	text, err := json.MarshalIndent(plugin, "", "    ")
	if err != nil {
		return err
	}
	files[path.Join(path.Dir(version), "plugin.json")] = append(text, '\n')

	info := pkg.Language["java"].(*java.PackageInfo)
	pom, err := own.ReadFile("pom.xml")
	if err != nil {
		return err
	}
	owner := ""
	// Not by the repository: the generator has put example.com there if it was empty.
	if pkg.Publisher != "" {
		// Maven Central wants these (central.sonatype.org, "Requirements").
		owner = fmt.Sprintf(`    <url>%[1]s</url>
    <developers>
        <developer>
            <id>%[2]s</id>
        </developer>
    </developers>
    <scm>
        <connection>scm:git:%[1]s.git</connection>
        <url>%[1]s</url>
    </scm>
`, pkg.Repository, pkg.Publisher)
	}
	replace := strings.NewReplacer(
		"@owner@\n", owner,
		"@group@", strings.TrimSuffix(info.BasePackageOrDefault(), "."),
		"@artifact@", pkg.Name,
		"@version@", pkg.Version.String(),
		"@name@", pkg.DisplayName,
		"@description@", pkg.Description,
		"@pulumi@", info.Dependencies["com.pulumi:pulumi"],
	)
	files["pom.xml"] = []byte(replace.Replace(string(pom)))
	return nil
}

// finishDotnet takes back what the generator says of the author when the schema names no publisher: that it is Pulumi.
func finishDotnet(files map[string][]byte, pkg *schema.Package) error {
	if pkg.Publisher != "" {
		return nil
	}
	for name, text := range files {
		if path.Ext(name) == ".csproj" {
			pulumi := regexp.MustCompile(`(?m)^ *<(Authors|Company)>Pulumi Corp\.</.*\n`)
			if found := len(pulumi.FindAll(text, -1)); found != 2 {
				return fmt.Errorf("%s names Pulumi as its author %d times, and not twice", name, found)
			}
			files[name] = pulumi.ReplaceAll(text, nil)
		}
	}
	return nil
}
