package capturefilter_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// call calls a function of the provider with one argument.
func call(t *testing.T, name string, parameter tftypes.Type, argument tftypes.Value) *tfprotov6.CallFunctionResponse {
	t.Helper()
	p := acctest.NewProvider(t, acctest.StartCloud(t, cloudsim.Options{}))
	encoded, err := tfprotov6.NewDynamicValue(parameter, argument)
	if err != nil {
		t.Fatal(err)
	}
	server, ok := p.Server.(interface {
		CallFunction(context.Context, *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error)
	})
	if !ok {
		t.Fatal("the provider has no functions")
	}
	resp, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: []*tfprotov6.DynamicValue{&encoded}})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func filterType() tftypes.Object {
	attributes := map[string]tftypes.Type{}
	for _, name := range []string{"protocol", "local_ip_address", "local_port", "remote_ip_address", "remote_port"} {
		attributes[name] = tftypes.String
	}
	return tftypes.Object{AttributeTypes: attributes}
}

func TestAzureCaptureFilters(t *testing.T) {
	t.Parallel()
	resp := call(t, "azure_capture_filters", tftypes.String, tftypes.NewValue(tftypes.String, "tcp port 443 and net 52.7.0.0/16"))
	if resp.Error != nil {
		t.Fatal(resp.Error.Text)
	}
	result, err := resp.Result.Unmarshal(tftypes.List{ElementType: filterType()})
	if err != nil {
		t.Fatal(err)
	}
	acctest.ExpectAttributes(t, result, "0.protocol", "TCP", "0.local_ip_address", "52.7.0.0-52.7.255.255", "0.local_port", "443",
		"0.remote_ip_address", acctest.Null, "0.remote_port", acctest.Null, "3.remote_ip_address", "52.7.0.0-52.7.255.255", "3.remote_port", "443")

	resp = call(t, "azure_capture_filters", tftypes.String, tftypes.NewValue(tftypes.String, "udp or src host 10.0.0.4"))
	if resp.Error == nil || !strings.Contains(resp.Error.Text, `column 8, "src"`) || resp.Error.FunctionArgument == nil {
		t.Errorf("the error is %v", resp.Error)
	}
}

func TestCaptureFilterExpression(t *testing.T) {
	t.Parallel()
	text := func(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	filter := func(attributes map[string]tftypes.Value) tftypes.Value {
		attributeTypes := map[string]tftypes.Type{}
		for name, value := range attributes {
			attributeTypes[name] = value.Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: attributeTypes}, attributes)
	}
	tuple := func(elements ...tftypes.Value) tftypes.Value {
		elementTypes := make([]tftypes.Type, len(elements))
		for i, element := range elements {
			elementTypes[i] = element.Type()
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: elementTypes}, elements)
	}
	local := filter(map[string]tftypes.Value{"protocol": text("TCP"), "local_port": tftypes.NewValue(tftypes.Number, 443)})
	remote := filter(map[string]tftypes.Value{"protocol": text("tcp"), "remote_port": text("443"), "local_port": tftypes.NewValue(tftypes.String, nil)})
	for name, test := range map[string]struct {
		argument    tftypes.Value
		want, fails string
	}{
		"literals without all attributes": {argument: tuple(local, remote), want: "tcp and port 443"},
		"null":                            {argument: tftypes.NewValue(tftypes.DynamicPseudoType, nil)},
		"no filters":                      {argument: tuple()},
		"a filter without its mirror":     {argument: tuple(local), fails: `add { protocol = "TCP", remote_port = "443" }`},
		"an unknown attribute":            {argument: tuple(filter(map[string]tftypes.Value{"port": text("443")})), fails: `filters[0]: there is no attribute "port"`},
		"a range in a list":               {argument: tuple(filter(map[string]tftypes.Value{"local_port": text("1-2;5")})), fails: "filters[0]: local_port"},
		"a value of another type":         {argument: text("tcp"), fails: "filters must be a list"},
		"a list of texts":                 {argument: tuple(text("tcp")), fails: "filters[0]: an object"},
		"a nested list":                   {argument: tuple(filter(map[string]tftypes.Value{"local_port": tuple(text("443"))})), fails: "filters[0]: local_port: a text was expected"},
		"not known yet":                   {argument: tuple(filter(map[string]tftypes.Value{"local_port": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})), fails: "not known yet"},
		"Huawei Cloud": {argument: filter(map[string]tftypes.Value{"source_address": text("10.0.0.4"), "destination_address": text("10.1.0.5"), "protocol": text("udp"), "destination_port": text("53")}),
			want: "udp and src host 10.0.0.4 and dst host 10.1.0.5 and dst port 53"},
		"Huawei Cloud without an address": {argument: filter(map[string]tftypes.Value{"source_address": text("10.0.0.4")}), fails: "destination_address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := call(t, "capture_filter_expression", tftypes.DynamicPseudoType, test.argument)
			if test.fails != "" {
				if resp.Error == nil || !strings.Contains(resp.Error.Text, test.fails) {
					t.Errorf("the error is %v, not %q", resp.Error, test.fails)
				}
				return
			}
			if resp.Error != nil {
				t.Fatal(resp.Error.Text)
			}
			result, err := resp.Result.Unmarshal(tftypes.String)
			if err != nil {
				t.Fatal(err)
			}
			acctest.ExpectAttributes(t, result, "", test.want)
		})
	}
}

func TestAccFilterFunctions(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	seeded := cloud.ARM.Seeded()
	capture := fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" "web" {
  name               = "web"
  network_watcher_id = %q
  target_id          = %q
  storage_location   = { storage_account_id = %q }
  filters            = provider::cloudtap::azure_capture_filters(terraform_data.expression.output)
}
`, seeded.NetworkWatcherID, seeded.VMID, seeded.StorageAccountID) + `
resource "terraform_data" "expression" { input = "tcp and net 10.0.0.0/24 and not port 22" }
output "expression" { value = provider::cloudtap::capture_filter_expression(cloudtap_azure_packet_capture.web.filters) }
output "count" { value = length(cloudtap_azure_packet_capture.web.filters) }
output "everything" { value = provider::cloudtap::capture_filter_expression(var.filters) }
# A null without a type is not given to functions by OpenTofu.
variable "filters" {
  type    = list(map(string))
  default = null
}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(cloud),
		CheckDestroy: func(*terraform.State) error {
			if left := cloud.ARM.Snapshot().PacketCaptures; len(left) > 0 {
				return fmt.Errorf("left behind: %v", left)
			}
			return nil
		},
		Steps: []resource.TestStep{{
			Config:      `output "filters" { value = provider::cloudtap::azure_capture_filters("tcp and not icmp or arp") }`,
			ExpectError: regexp.MustCompile(`(?s)column 21, "arp":.*layer 2.*write tcp\s+and not icmp`),
		}, {
			Config: capture,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("expression", knownvalue.StringExact("tcp and net 10.0.0.0/24 and not port 22")),
				statecheck.ExpectKnownOutputValue("count", knownvalue.Int64Exact(8)),
				statecheck.ExpectKnownOutputValue("everything", knownvalue.StringExact("")),
			},
		}},
	})
}
