package examples_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// body is what the guides write into, and read from, a type of another
// provider: arguments and nested blocks.
type body struct {
	attributes map[string]bool
	blocks     map[string]*body
}

func newBody() *body { return &body{attributes: map[string]bool{}, blocks: map[string]*body{}} }

func (b *body) add(written *hclsyntax.Body, ignored ...string) {
	for name := range written.Attributes {
		if !slices.Contains(ignored, name) {
			b.attributes[name] = true
		}
	}
	for _, nested := range written.Blocks {
		if slices.Contains(ignored, nested.Type) {
			continue
		}
		if b.blocks[nested.Type] == nil {
			b.blocks[nested.Type] = newBody()
		}
		b.blocks[nested.Type].add(nested.Body)
	}
}

func (b *body) schema() *tfprotov6.SchemaBlock {
	block := &tfprotov6.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(b.attributes)) {
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{Name: name, Type: tftypes.DynamicPseudoType, Optional: true, Computed: true})
	}
	for _, name := range slices.Sorted(maps.Keys(b.blocks)) {
		block.BlockTypes = append(block.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Nesting: tfprotov6.SchemaNestedBlockNestingModeSingle, Block: b.blocks[name].schema(),
		})
	}
	return block
}

// others are the providers that a configuration uses besides this one.
type others struct {
	resources, data, providers map[string]*body
	// undeclared is configuration for objects that a guide refers to without
	// showing them.
	undeclared string
}

// ours reports whether a type needs no stand-in.
func ours(typeName string) bool {
	return strings.HasPrefix(typeName, "cloudtap_") || strings.HasPrefix(typeName, "terraform_") || !strings.Contains(typeName, "_")
}

// otherProviders reads what a configuration wants of other providers.
func otherProviders(t *testing.T, text string) others {
	t.Helper()
	file, diagnostics := hclsyntax.ParseConfig([]byte(text), "guide", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	found := others{resources: map[string]*body{}, data: map[string]*body{}, providers: map[string]*body{}}
	root, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatalf("the configuration is a %T", file.Body)
	}
	declared := map[string]bool{}
	for _, block := range root.Blocks {
		switch {
		case block.Type == "provider" && block.Labels[0] != "cloudtap":
			get(found.providers, block.Labels[0]).add(block.Body, "alias")
		case block.Type == "resource" && !ours(block.Labels[0]):
			declared[block.Labels[0]+"."+block.Labels[1]] = true
			get(found.resources, block.Labels[0]).add(block.Body, "count", "for_each", "provider", "depends_on", "lifecycle", "provisioner")
		case block.Type == "data" && !ours(block.Labels[0]):
			get(found.data, block.Labels[0]).add(block.Body, "count", "for_each", "provider", "depends_on", "lifecycle")
		}
	}
	for _, traversal := range traversals(t, root) {
		found.refer(traversal, declared)
	}
	return found
}

func get(bodies map[string]*body, name string) *body {
	if bodies[name] == nil {
		bodies[name] = newBody()
	}
	return bodies[name]
}

// refer notes that an expression reads an attribute of another provider.
func (o *others) refer(traversal hcl.Traversal, declared map[string]bool) {
	var names []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		}
	}
	bodies := o.resources
	if names[0] == "data" {
		names, bodies = names[1:], o.data
	}
	if len(names) < 2 || ours(names[0]) {
		return
	}
	target := get(bodies, names[0])
	if len(names) > 2 {
		target.attributes[names[2]] = true
	}
	if address := names[0] + "." + names[1]; traversal.RootName() != "data" && !declared[address] {
		declared[address] = true
		o.undeclared += "resource \"" + names[0] + "\" \"" + names[1] + "\" {}\n"
	}
}

// traversals returns all references of a configuration, but those of blocks
// that name objects which are gone.
func traversals(t *testing.T, root *hclsyntax.Body) []hcl.Traversal {
	t.Helper()
	var found []hcl.Traversal
	for _, block := range root.Blocks {
		if block.Type == "moved" || block.Type == "removed" {
			continue
		}
		diagnostics := hclsyntax.VisitAll(block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			if expression, ok := node.(*hclsyntax.ScopeTraversalExpr); ok {
				found = append(found, expression.Traversal)
			}
			return nil
		})
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
	}
	return found
}

// serve serves a stand-in for each provider until the test ends, and returns
// the value of TF_REATTACH_PROVIDERS.
func (o *others) serve(t *testing.T) string {
	t.Helper()
	servers := map[string]*standIn{}
	server := func(name string) *standIn {
		if servers[name] == nil {
			servers[name] = &standIn{schemas: &tfprotov6.GetProviderSchemaResponse{
				Provider:          &tfprotov6.Schema{Block: newBody().schema()},
				ResourceSchemas:   map[string]*tfprotov6.Schema{},
				DataSourceSchemas: map[string]*tfprotov6.Schema{},
			}}
		}
		return servers[name]
	}
	prefix := func(typeName string) string { name, _, _ := strings.Cut(typeName, "_"); return name }
	for name, body := range o.providers {
		server(name).schemas.Provider.Block = body.schema()
	}
	for name, body := range o.resources {
		server(prefix(name)).schemas.ResourceSchemas[name] = &tfprotov6.Schema{Block: body.schema()}
	}
	for name, body := range o.data {
		server(prefix(name)).schemas.DataSourceSchemas[name] = &tfprotov6.Schema{Block: body.schema()}
	}
	served := map[string]*plugin.ReattachConfig{}
	for name, server := range servers {
		served["hashicorp/"+name] = server.start(t)
	}
	return acctest.Reattach(t, served)
}

// standIn is a provider that has schemas, and accepts whatever fits them.
type standIn struct {
	tfprotov6.ProviderServer

	schemas *tfprotov6.GetProviderSchemaResponse
}

func (s *standIn) start(t *testing.T) *plugin.ReattachConfig {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	config, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- tf6server.Serve("registry.terraform.io/hashicorp/stand-in", func() tfprotov6.ProviderServer { return s },
			tf6server.WithDebug(ctx, config, closed), tf6server.WithoutLogStderrOverride())
	}()
	t.Cleanup(func() {
		cancel()
		<-closed
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return <-config
}

func (s *standIn) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas, nil
}

func (s *standIn) ValidateProviderConfig(_ context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

func (s *standIn) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (s *standIn) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (s *standIn) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (s *standIn) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}
