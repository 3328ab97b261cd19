package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A page holds its program in YAML. What this file writes below it is the same program in other languages: folded where
// GitHub shows the page, and as the tabs of Pulumi's registry where that does.

// yamlBlock is a fenced block of YAML: what is written in it, and its end.
var yamlBlock = regexp.MustCompile("(?sm)^```yaml\n(.*?\n)```\n")

// isProgram: other blocks of YAML are workflows, or pieces of a program.
var isProgram = regexp.MustCompile(`(?m)^runtime: yaml$`)

// layout is how a page shows a program in several languages.
type layout struct {
	languages []string
	// written matches what an earlier run wrote behind the YAML block.
	written *regexp.Regexp
	// begin, each (of a title, a name, a program) and end are what is written there now.
	begin, each, end string
}

var folded = layout{
	languages: []string{"typescript", "python"},
	written:   regexp.MustCompile("(?s)\\A(\n<details><summary>[^\n]*</summary>\n\n```.*?\n```\n\n</details>\n)+"),
	each:      "\n<details><summary>%[1]s</summary>\n\n```%[2]s\n%[3]s```\n\n</details>\n",
}

var tabs = layout{
	languages: []string{"typescript", "python", "go", "java", "csharp"},
	written:   regexp.MustCompile(`(?s)\A\n\{\{% /choosable %\}\}\n.*?\{\{< /chooser >\}\}\n`),
	begin:     "\n{{% /choosable %}}\n",
	each:      "{{%% choosable language %[2]s %%}}\n\n```%[2]s\n%[3]s```\n\n{{%% /choosable %%}}\n",
	end:       "{{< /chooser >}}\n",
}

func writePages(schemaFile, folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		old, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		page, err := fillPage(old, schemaFile)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if bytes.Equal(old, page) {
			return nil
		}
		fmt.Println(path)
		return os.WriteFile(path, page, 0o644)
	})
}

func fillPage(page []byte, schemaFile string) ([]byte, error) {
	shown := folded
	if bytes.Contains(page, []byte("\nlayout: package\n")) {
		shown = tabs
	}
	var filled bytes.Buffer
	for {
		block := yamlBlock.FindSubmatchIndex(page)
		if block == nil {
			filled.Write(page)
			return filled.Bytes(), nil
		}
		program := page[block[2]:block[3]]
		filled.Write(page[:block[1]])
		page = page[block[1]:]
		if !isProgram.Match(program) {
			continue
		}
		page = page[len(shown.written.Find(page)):]
		others, err := shown.program(program, schemaFile)
		if err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, program)
		}
		filled.WriteString(others)
	}
}

// program is a YAML program in the layout's languages.
func (shown layout) program(text []byte, schemaFile string) (string, error) {
	from, err := parseSource(text)
	if err != nil {
		return "", err
	}
	var written strings.Builder
	written.WriteString(shown.begin)
	for _, language := range shown.languages {
		for _, to := range targets {
			if to.folder != language {
				continue
			}
			pkg, err := bind(schemaFile)
			if err != nil {
				return "", err
			}
			program, err := to.text(from, pkg)
			if err != nil {
				return "", fmt.Errorf("%s: %w", to.title, err)
			}
			fmt.Fprintf(&written, shown.each, to.title, language, program)
		}
	}
	written.WriteString(shown.end)
	return written.String(), nil
}
