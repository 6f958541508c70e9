package packetcapture

import (
	"encoding/json"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

// refusal returns what a validator says against a text, or "".
func refusal(t *testing.T, check validator.String, text string) string {
	t.Helper()
	resp := &validator.StringResponse{}
	check.ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(text)}, resp)
	if !resp.Diagnostics.HasError() {
		return ""
	}
	return resp.Diagnostics[0].Summary() + ": " + resp.Diagnostics[0].Detail()
}

// FuzzName: a name that a plan accepts makes an ID that a later read
// understands, with the same name in it.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"web", "a b", "..", "a{b}", "a/b", "é", "a\x00b", "a\ufffdb", "", "web.", "a%2fb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if refusal(t, nameValidator(), name) != "" {
			return
		}
		id := networkwatcher.PacketCaptureID{Watcher: networkwatcher.WatcherID{SubscriptionID: "s", ResourceGroupName: "g", Name: "w"}, Name: name}
		if read, err := networkwatcher.ParsePacketCaptureID(id.String()); err != nil || read != id {
			t.Fatalf("%q is accepted, and its ID is read as %q, %v", name, read, err)
		}
	})
}

// FuzzPaths: an accepted storage path is a URL of https with host and path
// and nothing else, a refusal repeats no password or signature, and an
// accepted Linux path stays where the agent may write.
func FuzzPaths(f *testing.F) {
	for _, seed := range []string{
		"https://account.blob.core.windows.net/container/capture.cap", "https://a/b?", "https://:443/b", "https://a/b#sig=x", "http://a/b",
		"/var/captures/web.cap", "/var/captures/../x.cap", "/var/captures/..cap", `C:\captures\web.cap`, "/var/captures//x/../../y.cap", ".cap",
	} {
		f.Add(seed)
	}
	const canary = "canary-4711"
	f.Fuzz(func(t *testing.T, text string) {
		if refusal(t, storagePathValidator(), text) == "" {
			parsed, err := url.Parse(text)
			if err != nil || parsed.Scheme != "https" || parsed.Hostname() == "" || strings.Trim(parsed.Path, "/") == "" || strings.ContainsAny(text, "?#") || parsed.User != nil {
				t.Fatalf("%q is accepted: %v", text, err)
			}
		}
		if !strings.Contains(text, canary) {
			for _, secret := range []string{"https://account/c/b?sig=" + canary + text, "https://user:" + canary + "@host/" + text, text + "://u:" + canary + "@h/c?sig=" + canary, "https://h/c#" + canary} {
				if said := refusal(t, storagePathValidator(), secret); said == "" || strings.Contains(said, canary) {
					t.Fatalf("%q: %q", secret, said)
				}
			}
		}
		if refusal(t, filePathValidator(), text) == "" {
			if folder := path.Clean("/var/captures"); !strings.HasSuffix(text, ".cap") || strings.HasPrefix(text, "/") && !strings.HasPrefix(path.Clean(text), folder+"/") {
				t.Fatalf("%q is accepted", text)
			}
		}
	})
}

// FuzzInstances: the order and the spelling of instances make no difference,
// and what was sent is recognised when it comes back.
func FuzzInstances(f *testing.F) {
	const set = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/fleet"
	f.Add(set, "0", "1", set+"/virtualMachines/0")
	f.Add(set, "a/b", "", "A/B")
	f.Add("nothing", "0", "0", "İ")
	f.Add("0", "İ", "0", "i")
	f.Fuzz(func(t *testing.T, target, a, b, c string) {
		chosen := instancesModel{Include: []string{a, b, c}, Exclude: []string{b}}
		scope := instancesToAPI(target, chosen)
		var sent instancesModel
		sent.Include, sent.Exclude = texts(scope.Include), texts(scope.Exclude)
		turned := instancesModel{Include: []string{c, a, b}, Exclude: []string{b}}
		for name, other := range map[string]instancesModel{"itself": chosen, "what was sent": sent, "another order": turned} {
			if !sameInstances(target, chosen, other) || !sameInstances(target, other, chosen) {
				t.Fatalf("%q on %q is not %s: %q", chosen, target, name, other)
			}
		}
		if again := canonicalInstances(target, sent.Include); !cmp.Equal(again, sent.Include) {
			t.Fatalf("%q has become %q", sent.Include, again)
		}
	})
}

// move runs the mover on a raw state.
func move(t *testing.T, raw []byte) (*resource.MoveStateResponse, resourceModel) {
	t.Helper()
	schemas := &resource.SchemaResponse{}
	(&captureResource{}).Schema(t.Context(), resource.SchemaRequest{}, schemas)
	identities := &resource.IdentitySchemaResponse{}
	(&captureResource{}).IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, identities)
	resp := &resource.MoveStateResponse{
		TargetState:    tfsdk.State{Schema: schemas.Schema},
		TargetIdentity: &tfsdk.ResourceIdentity{Schema: identities.IdentitySchema},
	}
	moveFromAzurerm(t.Context(), resource.MoveStateRequest{
		SourceTypeName: azurermTypes[0], SourceProviderAddress: "registry.terraform.io/hashicorp/azurerm", SourceRawState: &tfprotov6.RawState{JSON: raw},
	}, resp)
	var moved resourceModel
	if !resp.Diagnostics.HasError() {
		if diags := resp.TargetState.Get(t.Context(), &moved); diags.HasError() {
			t.Fatalf("%s: the state cannot be read: %v", raw, diags)
		}
	}
	return resp, moved
}

// FuzzMovedState: a state of the other provider comes over value by value;
// of one that is not as it must be nothing comes over.
func FuzzMovedState(f *testing.F) {
	const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkWatchers/w/packetCaptures/"
	f.Add("web", "TCP", "10.0.0.1", "", "0", int64(1), int64(0), []byte(`{"id":"`+id+`x","filter":[null],"storage_location":[{}],"machine_scope":[{}]}`))
	f.Add("é", "", "\x00", "8000-8080", "1", int64(-1), int64(1<<62), []byte(`{"id":7}`))
	f.Add("a/b", "any", "", "", "", int64(0), int64(5), []byte(`null`))
	f.Fuzz(func(t *testing.T, name, protocol, address, port, instance string, packet, duration int64, raw []byte) {
		resp, moved := move(t, raw)
		var source struct{ ID *string }
		if !resp.Diagnostics.HasError() {
			if err := json.Unmarshal(raw, &source); err != nil || source.ID == nil || !strings.EqualFold(*source.ID, moved.ID.ValueString()) {
				t.Fatalf("%s has become %s, %v", raw, moved.ID, err)
			}
		}
		text := map[string]any{
			"id": id + name, "maximum_bytes_per_packet": packet, "maximum_capture_duration_in_seconds": duration,
			"filter":           []any{map[string]any{"protocol": protocol, "local_ip_address": address, "remote_port": port}},
			"storage_location": []any{map[string]any{"file_path": address, "storage_account_id": port}},
			"machine_scope":    []any{map[string]any{"include_instance_ids": []string{instance}, "exclude_instance_ids": []string{}}},
		}
		built, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		// What is not UTF-8 does not survive JSON.
		protocol, address, port = string([]rune(protocol)), string([]rune(address)), string([]rune(port))
		resp, moved = move(t, built)
		if _, wrong := networkwatcher.ParsePacketCaptureID(id + name); wrong != nil {
			if !resp.Diagnostics.HasError() {
				t.Fatalf("%s comes over", built)
			}
			return
		}
		if resp.Diagnostics.HasError() || len(moved.Filters) != 1 {
			t.Fatalf("%s: %v", built, resp.Diagnostics)
		}
		got := []any{moved.Name.ValueString(), moved.Filters[0].Protocol.ValueString(), moved.Filters[0].LocalIPAddress.ValueString(), moved.Filters[0].RemotePort.ValueString(),
			moved.StorageLocation.FilePath.ValueString(), moved.StorageLocation.StorageAccountID.ValueString(), moved.BytesToCapturePerPacket.ValueInt64(), moved.TimeLimitInSeconds.ValueInt64()}
		if diff := cmp.Diff([]any{name, protocol, address, port, address, port, packet, duration}, got); diff != "" {
			t.Fatalf("%s: %s", built, diff)
		}
	})
}

func TestNamesThatNoIDCanHoldAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"..", ".", "a{b}", "a\x00b", "a\nb", "a\ufffdb"} {
		if said := refusal(t, nameValidator(), name); !strings.Contains(said, "the id of an object cannot hold it") {
			t.Errorf("%q: %q", name, said)
		}
	}
	if said := refusal(t, nameValidator(), "web.v2_x-1"); said != "" {
		t.Error(said)
	}
}

func TestStoragePathsHideWhatMayBeSecret(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"https://a/c/b#sig=canary": "must not carry a query, a fragment or a user", "https://a/c/b?": "must not carry a query, a fragment or a user",
		"http://u:canary@a/c?canary": `"a/c" is not the URL of a blob`, "http://u:can?ary@a/c": `"a/c" is not the URL of a blob`, "https://:443/c": "is not the URL of a blob",
	} {
		if said := refusal(t, storagePathValidator(), path); !strings.Contains(said, want) || strings.Contains(said, "canary") {
			t.Errorf("%s: %q", path, said)
		}
	}
}

func TestInstancesThatDifferByCaseHaveOneOrder(t *testing.T) {
	t.Parallel()
	if !sameInstances("x", instancesModel{Include: []string{"i", "0", "İ"}}, instancesModel{Include: []string{"İ", "i", "0"}}) {
		t.Error("the order of instances makes a difference")
	}
}
