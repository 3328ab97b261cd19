// sdkgen writes sdk/nodejs and sdk/python from schema.json, with the same generators that the Pulumi language hosts call.
//
//	sdkgen <schema.json> <sdk folder>
//
// The answer depends on schema.json alone. What the generator does not write any more is deleted; what a person installs
// for trying the SDK (node_modules, a virtual environment) stays.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The tool's name stands in the first line of every generated file.
const tool = "make generate"

// Our schema names no other package, so nobody is given a loader of packages.
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
		files, err := python.GeneratePackage(tool, pkg, nil, nil)
		// pyproject.toml names the README beside itself; the generator writes it into the package only.
		for name, text := range files {
			if path.Base(name) == "README.md" {
				files["README.md"] = text
			}
		}
		return files, err
	}},
}

// kept are folders that tools make inside an SDK's folder; they are not generated and not deleted.
var kept = []string{"node_modules", ".venv", "venv", "__pycache__"}

func main() {
	if len(os.Args) != 3 {
		fail(errors.New("usage: sdkgen <schema.json> <sdk folder>"))
	}
	for _, language := range languages {
		folder := filepath.Join(os.Args[2], language.name)
		// Each generator changes the package it is given, so each gets its own.
		pkg, err := bind(os.Args[1])
		if err != nil {
			fail(err)
		}
		files, err := language.generate(pkg)
		if err != nil {
			fail(fmt.Errorf("generating %s: %w", folder, err))
		}
		if err := write(folder, files); err != nil {
			fail(err)
		}
		fmt.Printf("%s: %d files\n", folder, len(files))
	}
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

func bind(path string) (*schema.Package, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	pkg, problems, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, problem := range problems {
		fmt.Fprintf(os.Stderr, "%s: %s\n", path, problem.Error())
	}
	if problems.HasErrors() {
		return nil, fmt.Errorf("%s is not a valid Pulumi schema", path)
	}
	return pkg, nil
}

func write(folder string, files map[string][]byte) error {
	wanted := map[string]bool{}
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		wanted[path] = true
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return deleteStale(folder, wanted)
}

func deleteStale(folder string, wanted map[string]bool) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(kept, entry.Name()) || strings.HasSuffix(entry.Name(), ".egg-info")):
			return fs.SkipDir
		case entry.IsDir() || wanted[path]:
			return nil
		default:
			fmt.Printf("%s: deleted, no longer generated\n", path)
			return os.Remove(path)
		}
	})
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "sdkgen:", err)
	os.Exit(1)
}
