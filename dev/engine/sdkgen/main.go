// sdkgen writes the SDKs from schema.json, and the examples in other languages from those in YAML, with the same
// generators that the Pulumi language hosts call.
//
//	sdkgen <schema.json> <folder>            the SDKs, a folder for each language
//	sdkgen examples <schema.json> <folder>   beside each <folder>/<example>/yaml the other languages
//	sdkgen pages <schema.json> <folder>      below each YAML program of the pages in <folder> the other languages
//
// The answer depends on schema.json and the YAML programs alone. What the generators do not write any more is deleted; what
// a person installs for trying it out (node_modules, a virtual environment, a build) stays.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The tool's name stands in the first line of every generated file.
const tool = "make generate"

// kept are folders that tools make inside an SDK's or an example's folder; they are not generated and not deleted.
var kept = []string{"node_modules", ".venv", "venv", "__pycache__", "target", "bin", "obj"}

// commands are what the tool writes besides the SDKs.
var commands = map[string]func(schemaFile, folder string) error{"examples": writeExamples, "pages": writePages}

func main() {
	arguments, run := os.Args[1:], writeSDKs
	if len(arguments) > 0 && commands[arguments[0]] != nil {
		arguments, run = arguments[1:], commands[arguments[0]]
	}
	if len(arguments) != 2 {
		fail(errors.New("usage: sdkgen [examples | pages] <schema.json> <folder>"))
	}
	if err := run(arguments[0], arguments[1]); err != nil {
		fail(err)
	}
}

// bind reads the schema. Each generator changes the package that it is given, so each gets its own.
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
	fmt.Printf("%s: %d files\n", folder, len(files))
	return deleteStale(folder, wanted)
}

func deleteStale(folder string, wanted map[string]bool) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains(kept, entry.Name()) || strings.HasSuffix(entry.Name(), ".egg-info")):
			return fs.SkipDir
		case entry.IsDir() || wanted[path] || isOfAPerson(entry.Name()):
			return nil
		default:
			fmt.Printf("%s: deleted, no longer generated\n", path)
			return os.Remove(path)
		}
	})
}

// isOfAPerson says whether a file comes from trying an example out: a stack's configuration, a lock file.
func isOfAPerson(name string) bool {
	return name == "package-lock.json" || name == "go.sum" ||
		(strings.HasPrefix(name, "Pulumi.") && strings.HasSuffix(name, ".yaml") && name != "Pulumi.yaml")
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "sdkgen:", err)
	os.Exit(1)
}
