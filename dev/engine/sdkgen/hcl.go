package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/pulumi/pulumi/pkg/v3/codegen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/zclconf/go-cty/cty"
)

// hclWriter writes a program in Pulumi's HCL, whose generator is in no module that the module proxy serves. It knows what the
// examples use, and refuses everything else. The forms are those of pulumi/pulumi-hcl, docs/language-reference.md: `pulumi/` in
// `source` marks a provider of Pulumi's kind, whoever publishes it; names are in snake_case; a list of objects is a block each.
type hclWriter struct {
	text strings.Builder
	// resources are the types, as HCL writes them, by logical name.
	resources map[string]string
}

func generateHCL(program *pcl.Program) (map[string][]byte, hcl.Diagnostics, error) {
	pkg, err := program.PackageReferences()[0].Definition()
	if err != nil {
		return nil, nil, err
	}
	var source string
	for _, source = range program.Source() {
	}
	file, problems := hclsyntax.ParseConfig([]byte(source), "program.pp", hcl.InitialPos)
	if problems.HasErrors() {
		return nil, problems, nil
	}
	writer := hclWriter{resources: map[string]string{}}
	writer.line("terraform {\nrequired_providers {\n%s = {\nsource = \"pulumi/%s\"\nversion = %q\n}\n}\n}",
		pkg.Name, pkg.Name, pkg.Version.String())
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		if err := writer.block(block, pkg); err != nil {
			return nil, nil, err
		}
	}
	return map[string][]byte{"main.tf": []byte(writer.text.String())}, nil, nil
}

func (it *hclWriter) line(format string, arguments ...any) {
	fmt.Fprintf(&it.text, format+"\n", arguments...)
}

func (it *hclWriter) block(block *hclsyntax.Block, pkg *schema.Package) error {
	it.line("")
	switch block.Type {
	case "config":
		it.line("variable %q {\ntype = %s\n}", block.Labels[0], strings.ReplaceAll(block.Labels[1], "int", "number"))
		return nil
	case "output":
		value, err := it.expression(block.Body.Attributes["value"].Expr, nil)
		it.line("output %q {\nvalue = %s\n}", block.Labels[0], value)
		return err
	case "resource":
		resource, found := pkg.GetResource(block.Labels[1])
		if !found {
			return fmt.Errorf("%s is not in the package", block.Labels[1])
		}
		parts := strings.Split(resource.Token, ":")
		it.resources[block.Labels[0]] = parts[0] + snake(parts[2])
		it.line("resource %q %q {", it.resources[block.Labels[0]], block.Labels[0])
		for _, attribute := range inOrder(block.Body.Attributes) {
			if err := it.attribute(attribute, resource.InputProperties); err != nil {
				return err
			}
		}
		it.line("}")
		return nil
	default:
		return fmt.Errorf("a %s cannot be written in HCL", block.Type)
	}
}

func (it *hclWriter) attribute(attribute *hclsyntax.Attribute, properties []*schema.Property) error {
	if attribute.Name == pcl.LogicalNamePropertyKey {
		return nil
	}
	property := propertyOf(properties, pascal(attribute.Name))
	if property == nil {
		return fmt.Errorf("%s is not a property", attribute.Name)
	}
	if list, is := codegen.UnwrapType(property.Type).(*schema.ArrayType); is {
		if _, is := codegen.UnwrapType(list.ElementType).(*schema.ObjectType); is {
			return fmt.Errorf("%s is a list of objects, which HCL writes as blocks", attribute.Name)
		}
	}
	value, err := it.expression(attribute.Expr, property.Type)
	it.line("%s = %s", snake(attribute.Name), value)
	return err
}

func (it *hclWriter) expression(expression hclsyntax.Expression, kind schema.Type) (string, error) {
	switch expression := expression.(type) {
	case *hclsyntax.LiteralValueExpr:
		return string(hclwrite.TokensForValue(expression.Val).Bytes()), nil
	case *hclsyntax.TemplateExpr:
		if !expression.IsStringLiteral() {
			return "", fmt.Errorf("%s: a text with values in it", expression.Range())
		}
		text, problems := expression.Value(nil)
		if problems.HasErrors() {
			return "", problems
		}
		return string(hclwrite.TokensForValue(text).Bytes()), nil
	case *hclsyntax.TupleConsExpr:
		return it.list(expression, kind)
	case *hclsyntax.ObjectConsExpr:
		return it.object(expression, kind)
	case *hclsyntax.ScopeTraversalExpr:
		name := expression.Traversal.RootName()
		resource, of := it.resources[name]
		if !of {
			return "var." + name, nil
		}
		return resource + "." + name + "." + snake(expression.Traversal[1].(hcl.TraverseAttr).Name), nil
	default:
		return "", fmt.Errorf("%s: a %T cannot be written in HCL", expression.Range(), expression)
	}
}

func (it *hclWriter) list(list *hclsyntax.TupleConsExpr, kind schema.Type) (string, error) {
	var element schema.Type
	if array, is := codegen.UnwrapType(kind).(*schema.ArrayType); is {
		element = array.ElementType
	}
	var items []string
	for _, expression := range list.Exprs {
		item, err := it.expression(expression, element)
		if err != nil {
			return "", err
		}
		items = append(items, item)
	}
	return "[" + strings.Join(items, ", ") + "]", nil
}

// object writes a map's keys as they are, and a type's properties in snake_case.
func (it *hclWriter) object(object *hclsyntax.ObjectConsExpr, kind schema.Type) (string, error) {
	declared, typed := codegen.UnwrapType(kind).(*schema.ObjectType)
	text := "{\n"
	for _, item := range object.Items {
		key, problems := item.KeyExpr.Value(nil)
		if problems.HasErrors() || key.Type() != cty.String {
			return "", fmt.Errorf("%s: a key that is not a text", item.KeyExpr.Range())
		}
		name := fmt.Sprintf("%q", key.AsString())
		var element schema.Type
		if typed {
			property := propertyOf(declared.Properties, pascal(key.AsString()))
			if property == nil {
				return "", fmt.Errorf("%s has no property %s", declared.Token, key.AsString())
			}
			name, element = snake(key.AsString()), property.Type
		}
		value, err := it.expression(item.ValueExpr, element)
		if err != nil {
			return "", err
		}
		text += name + " = " + value + "\n"
	}
	return text + "}", nil
}

func inOrder(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	found := make([]*hclsyntax.Attribute, 0, len(attributes))
	for _, it := range attributes {
		found = append(found, it)
	}
	slices.SortFunc(found, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return found
}
