package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// kinds of types, with the folder of their examples.
var exampleFolders = map[string]string{
	"resource": "resources", "data source": "data-sources", "ephemeral resource": "ephemeral-resources",
	"list resource": "list-resources", "action": "actions", "function": "functions",
}

type described struct {
	kind, name string
	block      *tfprotov6.SchemaBlock
}

func schemas(t *testing.T) (all []described, resp *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test")())()
	resp, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range resp.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	identities, err = server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all = append(all, described{"provider", "cloudtap", resp.Provider.Block})
	for name, schema := range resp.ResourceSchemas {
		all = append(all, described{"resource", name, schema.Block})
	}
	for name, schema := range resp.DataSourceSchemas {
		all = append(all, described{"data source", name, schema.Block})
	}
	for name, schema := range resp.EphemeralResourceSchemas {
		all = append(all, described{"ephemeral resource", name, schema.Block})
	}
	for name, schema := range resp.ListResourceSchemas {
		all = append(all, described{"list resource", name, schema.Block})
	}
	for name, schema := range resp.ActionSchemas {
		all = append(all, described{"action", name, schema.Schema.Block})
	}
	return all, resp, identities
}

var (
	attributeName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	secretName    = regexp.MustCompile(`(secret|password|_key|token|captcha|signature)$`)
	// singularCollections are collections whose field's name has no plural.
	singularCollections = []string{"include", "exclude", "azure_blob_urls_wo"}
	// pluralOthers end in s without being collections of several things.
	pluralOthers = []string{"status", "records", "include_status", "timeouts", "max_retries", "endpoints", "capture_settings", "instances",
		"additional_capabilities", "diff_disk_settings", "encryption_settings", "event_status", "tags_ambiguous",
		"duration_in_minutes", "max_file_size_in_megabytes", "max_packets", "remaining_days", "expires"}
	// summaryNames are counters and names as Wireshark and Zeek have them.
	summaryNames = []string{"connections", "retransmissions", "zero_windows", "resets", "dns", "answers", "queries", "tls", "alerts", "client_hellos",
		"packets", "bytes", "undecoded_packets", "cut_packets", "evicted_conversations", "include_names", "max_conversations"}
	// withoutIdentity are resources that stand for no object of a cloud.
	withoutIdentity = []string{"cloudtap_capture_summary", "cloudtap_azure_firewall_packet_capture", "cloudtap_azure_vpn_packet_capture"}
)

func TestEveryAttributeFollowsTheHouseRules(t *testing.T) {
	t.Parallel()
	all, _, _ := schemas(t)
	for _, item := range all {
		if item.block.Description == "" || !strings.HasSuffix(item.block.Description, ".") {
			t.Errorf("%s %s: its description must be a sentence: %q", item.kind, item.name, item.block.Description)
		}
		if len(item.block.BlockTypes) > 0 {
			t.Errorf("%s %s has blocks; with protocol 6 nested attributes do", item.kind, item.name)
		}
		walk(item.block.Attributes, item.kind+" "+item.name, func(where string, attribute *tfprotov6.SchemaAttribute) {
			checkAttribute(t, where, attribute)
		})
	}
}

func walk(attributes []*tfprotov6.SchemaAttribute, where string, visit func(string, *tfprotov6.SchemaAttribute)) {
	for _, attribute := range attributes {
		visit(where+"."+attribute.Name, attribute)
		if attribute.NestedType != nil {
			walk(attribute.NestedType.Attributes, where+"."+attribute.Name, visit)
		}
	}
}

func checkAttribute(t *testing.T, where string, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	inTimeouts := strings.Contains(where, ".timeouts")
	if !inTimeouts && !strings.HasSuffix(attribute.Description, ".") {
		t.Errorf("%s: the description must be a sentence: %q", where, attribute.Description)
	}
	if !attributeName.MatchString(attribute.Name) {
		t.Errorf("%s: not a snake_case name", where)
	}
	if attribute.Required && attribute.Computed {
		t.Errorf("%s: both required and computed", where)
	}
	if attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSet {
		t.Errorf("%s: nested sets are quadratic in the framework", where)
	}
	// An object is no secret itself; its attributes are looked at as well.
	if attribute.NestedType == nil && secretName.MatchString(attribute.Name) && !attribute.Sensitive && !attribute.WriteOnly {
		t.Errorf("%s: looks like a secret, but is neither sensitive nor write-only", where)
	}
	collection := attribute.NestedType != nil && attribute.NestedType.Nesting != tfprotov6.SchemaObjectNestingModeSingle
	if attribute.NestedType == nil {
		kind := attribute.Type.String()
		collection = strings.HasPrefix(kind, "tftypes.List") || strings.HasPrefix(kind, "tftypes.Set") || strings.HasPrefix(kind, "tftypes.Map")
	}
	plural := strings.HasSuffix(attribute.Name, "s") && !strings.HasSuffix(attribute.Name, "ss")
	switch {
	case collection && !plural && !slices.Contains(singularCollections, attribute.Name):
		t.Errorf("%s: a collection with a singular name", where)
	case !collection && plural && !slices.Contains(pluralOthers, attribute.Name) &&
		!strings.HasSuffix(attribute.Name, "_seconds") && !strings.HasSuffix(attribute.Name, "_milliseconds") && !strings.HasSuffix(attribute.Name, "_bytes") &&
		(!strings.Contains(where, "cloudtap_capture_summary.") || !slices.Contains(summaryNames, attribute.Name)):
		t.Errorf("%s: a plural name without a collection", where)
	}
}

func TestEveryResourceHasIdentityAndTimeouts(t *testing.T) {
	t.Parallel()
	_, resp, identities := schemas(t)
	for name, schema := range resp.ResourceSchemas {
		if identities.IdentitySchemas[name] == nil && !slices.Contains(withoutIdentity, name) {
			t.Errorf("%s has no identity", name)
		}
		if !slices.ContainsFunc(schema.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == "timeouts" }) {
			t.Errorf("%s has no timeouts", name)
		}
	}
}

// TestEveryTypeHasAnExampleAndAPage looks at the folders of this repository.
func TestEveryTypeHasAnExampleAndAPage(t *testing.T) {
	t.Parallel()
	all, resp, _ := schemas(t)
	for name := range resp.Functions {
		all = append(all, described{kind: "function", name: name})
	}
	root := filepath.Join("..", "..")
	for _, item := range all {
		folder, checked := exampleFolders[item.kind]
		if !checked {
			continue
		}
		if files, err := os.ReadDir(filepath.Join(root, "examples", folder, item.name)); err != nil || len(files) == 0 {
			t.Errorf("%s %s has no example in examples/%s", item.kind, item.name, folder)
		}
		page := filepath.Join(root, "docs", folder, strings.TrimPrefix(item.name, "cloudtap_")+".md")
		if _, err := os.Stat(page); err != nil {
			t.Errorf("%s %s has no page; run make generate: %v", item.kind, item.name, err)
		}
	}
}
