package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// source is an example as it is written in YAML, read for what the conversion of programs does not carry over: comments and
// the description of its configuration.
type source struct {
	name, description string
	// config is the project's block of the same name, for every language's Pulumi.yaml.
	config    *yaml.Node
	settings  []setting
	resources []resource
	// forConversion is the program in the words that the converter knows.
	forConversion []byte
}

// setting is a key of the configuration.
type setting struct {
	name, about string
	list        bool
}

// resource is one by its logical name.
type resource struct {
	name       string
	properties []property
}

// property is one with what is written above it, and those that it consists of.
type property struct {
	name, comment string
	below         []property
}

func readSource(path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	from, err := parseSource(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var found bool
	if from.description, found = strings.CutSuffix(from.description, " in YAML."); !found {
		return nil, fmt.Errorf("%s: the description should end with \" in YAML.\", for the other languages to say theirs", path)
	}
	return from, nil
}

func parseSource(text []byte) (*source, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	root := document.Content[0]
	from := &source{}
	if name := value(root, "name"); name != nil {
		from.name = name.Value
	}
	if description := value(root, "description"); description != nil {
		from.description = description.Value
	}
	if resources := value(root, "resources"); resources != nil {
		for index := 0; index < len(resources.Content); index += 2 {
			properties := collect(value(resources.Content[index+1], "properties"))
			from.resources = append(from.resources, resource{resources.Content[index].Value, properties})
		}
	}
	if config := value(root, "config"); config != nil {
		project := *config
		from.config = &project
		plain, err := from.simplify()
		if err != nil {
			return nil, err
		}
		*config = *plain
	}
	var err error
	from.forConversion, err = yaml.Marshal(root)
	return from, err
}

// collect gathers properties with their comments, in their order.
func collect(properties *yaml.Node) []property {
	if properties == nil || properties.Kind != yaml.MappingNode {
		return nil
	}
	var found []property
	for index := 0; index < len(properties.Content); index += 2 {
		key := properties.Content[index]
		found = append(found, property{key.Value, key.HeadComment, collect(properties.Content[index+1])})
	}
	return found
}

// isCommented is whether something is written above one of them.
func isCommented(properties []property) bool {
	return slices.ContainsFunc(properties, func(it property) bool { return it.comment != "" || isCommented(it.below) })
}

// simplify makes descriptions of the comments above the configuration's keys, which YAML's own runtime has no field for, and
// returns what the program gets of it: no more than the types and what is secret, in the words of the converter. Defaults stay in the project,
// where the CLI applies them for every language: some generators make `false || true` of a default.
func (from *source) simplify() (*yaml.Node, error) {
	plain := &yaml.Node{Kind: yaml.MappingNode}
	for index := 0; index < len(from.config.Content); index += 2 {
		key, entry := from.config.Content[index], from.config.Content[index+1]
		if key.HeadComment == "" {
			return nil, errors.New("the configuration of " + key.Value + " has no comment that describes it")
		}
		setting := setting{name: key.Value, about: strings.Join(lines(key.HeadComment), " ")}
		kind := value(entry, "type").Value
		if items := value(entry, "items"); items != nil {
			setting.list = true
			kind = "List<" + value(items, "type").Value + ">"
		}
		from.settings = append(from.settings, setting)
		words := scalars("type", kind)
		if secret := value(entry, "secret"); secret != nil {
			words = append(words, &yaml.Node{Kind: yaml.ScalarNode, Value: "secret"}, secret)
		}
		plain.Content = append(plain.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key.Value},
			&yaml.Node{Kind: yaml.MappingNode, Content: words})
		key.HeadComment = ""
		entry.Content = append(scalars("description", setting.about), entry.Content...)
	}
	return plain, nil
}

func scalars(texts ...string) []*yaml.Node {
	nodes := make([]*yaml.Node, 0, len(texts))
	for _, text := range texts {
		nodes = append(nodes, &yaml.Node{Kind: yaml.ScalarNode, Value: text})
	}
	return nodes
}

func value(mapping *yaml.Node, key string) *yaml.Node {
	for index := 0; index < len(mapping.Content); index += 2 {
		if mapping.Content[index].Value == key {
			return mapping.Content[index+1]
		}
	}
	return nil
}

// lines are those of a comment, without its marks.
func lines(comment string) []string {
	found := strings.Split(comment, "\n")
	for index, line := range found {
		found[index] = strings.TrimSpace(strings.TrimPrefix(line, "#"))
	}
	return found
}

// annotate puts the comments of the YAML program above the same properties, and sets the resources and the outputs apart.
func (from *source) annotate(text string, to target) ([]byte, error) {
	program := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for index, line := range program {
		program[index] = strings.TrimRight(line, " \t")
	}
	above := map[int]string{}
	for _, it := range from.resources {
		if !isCommented(it.properties) {
			continue
		}
		begins := regexp.MustCompile(`(\(|\(ctx, |^resource "\w+" )"` + regexp.QuoteMeta(it.name) + `"`)
		line := slices.IndexFunc(program, begins.MatchString)
		if line < 0 {
			return nil, fmt.Errorf("the resource %s is not in the program", it.name)
		}
		if err := to.place(program, line, it.properties, above); err != nil {
			return nil, err
		}
	}
	var annotated []string
	for index, line := range program {
		if comment, found := above[index]; found {
			for _, it := range lines(comment) {
				annotated = append(annotated, line[:depth(line)]+to.comment+" "+it)
			}
		}
		annotated = append(annotated, line)
	}
	return []byte(strings.Join(from.apart(annotated), "\n") + "\n"), nil
}

// place finds the lines above which the comments of the properties in the block of this line are written. A name alone says
// too little: two blocks can have a property of the same name.
func (to target) place(program []string, line int, properties []property, above map[int]string) error {
	end := line + 1
	for end < len(program) && (depth(program[end]) > depth(program[line]) || strings.Trim(program[end], " \t{") == "") {
		end++
	}
	next, inner := line+1, 0
	for index := next; index < end && inner == 0; index++ {
		if it := depth(program[index]); it > depth(program[line]) {
			inner = it
		}
	}
	for _, it := range properties {
		name := regexp.MustCompile(`^\s*[."]?` + regexp.QuoteMeta(to.property(it.name)) + `"?\s*[:=(]`)
		at := next
		for at < end && (depth(program[at]) != inner || !name.MatchString(program[at])) {
			at++
		}
		if at == end {
			if isCommented([]property{it}) {
				return fmt.Errorf("there is no place for the comments of %s: is another property written before it?", it.name)
			}
			continue
		}
		if it.comment != "" {
			above[at] = it.comment
		}
		if err := to.place(program, at, it.below, above); err != nil {
			return err
		}
		next = at + 1
	}
	return nil
}

// depth is how far in a line begins.
func depth(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

var output = regexp.MustCompile(`^\s*(export const|pulumi\.export|ctx\.[eE]xport|return new Dictionary)\b`)

// apart puts an empty line before each resource and before the outputs.
func (from *source) apart(program []string) []string {
	var names []string
	for _, it := range from.resources {
		names = append(names, it.name)
	}
	resource := regexp.MustCompile(`^\s*((const|var) )?(` + strings.Join(names, "|") + `)(, err)? :?= `)
	var result []string
	outputs := false
	for _, line := range program {
		begins := resource.MatchString(line) || (output.MatchString(line) && !outputs)
		if previous := len(result) - 1; begins && previous >= 0 && result[previous] != "" && !strings.HasSuffix(result[previous], "{") {
			result = append(result, "")
		}
		outputs = outputs || output.MatchString(line)
		result = append(result, line)
	}
	return result
}

func asIs(name string) string { return name }

func pascal(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func snake(name string) string {
	var text bytes.Buffer
	for _, letter := range name {
		if unicode.IsUpper(letter) {
			text.WriteByte('_')
		}
		text.WriteRune(unicode.ToLower(letter))
	}
	return text.String()
}
