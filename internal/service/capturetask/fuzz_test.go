package capturetask

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
)

// FuzzParseTaskID: what is read is what was written, and it is refused only
// if it has not exactly two parts, or white space.
func FuzzParseTaskID(f *testing.F) {
	for _, seed := range []string{"fw/task", "fw", "fw/", "/task", "fw/task/x", "fw /task", "fw/ta\u00a0sk", "f\vw/t", "é/\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := parseTaskID(text)
		parts := strings.Split(text, "/")
		want := len(parts) == 2 && parts[0] != "" && parts[1] != "" && !strings.ContainsFunc(text, unicode.IsSpace)
		if (err == nil) != want {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil && (id.String() != text || id.firewall != parts[0] || id.task != parts[1]) {
			t.Fatalf("%q is read as %q", text, id)
		}
	})
}

var portForm = regexp.MustCompile(`^([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?$`)

// FuzzPort compares with the form as a pattern. An accepted port is one that
// comes back as it was, and equals no other.
func FuzzPort(f *testing.F) {
	for _, seed := range []string{"443", "8000-8080", "1-65535", "0", "65536", "9-8", "+1", "01", "1-", "-", "", "1-2-3", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			if err := checkPort(text); err != nil {
				t.Fatal(err) // It is like no port at all.
			}
			return
		}
		parts := portForm.FindStringSubmatch(text)
		want := parts != nil
		if want {
			from, to := number(t, parts[1]), number(t, parts[1])
			if parts[2] != "" {
				to = number(t, parts[2])
			}
			want = from <= to && to <= 65535
		}
		if err := checkPort(text); (err == nil) != want {
			t.Fatalf("%q: %v", text, err)
		}
		if want && (!cfw.SamePort(text, text) || cfw.SamePort(text, "") && text != "1-65535") {
			t.Fatalf("%q is not the port that it is", text)
		}
	})
}

func number(t *testing.T, digits string) int {
	t.Helper()
	value, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// move runs the mover on a raw state.
func move(t *testing.T, raw []byte) (*resource.MoveStateResponse, resourceModel) {
	t.Helper()
	r := &taskResource{}
	schemas, identities := &resource.SchemaResponse{}, &resource.IdentitySchemaResponse{}
	r.Schema(t.Context(), resource.SchemaRequest{}, schemas)
	r.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, identities)
	resp := &resource.MoveStateResponse{
		TargetState:    tfsdk.State{Schema: schemas.Schema},
		TargetIdentity: &tfsdk.ResourceIdentity{Schema: identities.IdentitySchema},
	}
	r.moveFromHuaweiCloud(t.Context(), resource.MoveStateRequest{
		SourceTypeName: huaweiCloudType, SourceProviderAddress: "registry.terraform.io/huaweicloud/huaweicloud", SourceRawState: &tfprotov6.RawState{JSON: raw},
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
	f.Add("fw", "t-1", "web", "1.1.1.1", "80", int64(3), int64(2), int64(6), []byte(`{"fw_instance_id":"a","task_id":"b","source":[null],"service":[{}]}`))
	f.Add("f w", "", "\x00", "é", "", int64(-1), int64(99), int64(0), []byte(`{"fw_instance_id":1}`))
	f.Add("fw", "a/b", "", "", "1-2", int64(0), int64(-1), int64(-1), []byte(`null`))
	f.Fuzz(func(t *testing.T, firewall, task, name, address, port string, duration, status, protocol int64, raw []byte) {
		resp, moved := move(t, raw)
		if !resp.Diagnostics.HasError() {
			var source struct {
				Firewall *string `json:"fw_instance_id"`
				Task     *string `json:"task_id"`
			}
			if err := json.Unmarshal(raw, &source); err != nil || source.Firewall == nil || source.Task == nil || moved.ID.ValueString() != *source.Firewall+"/"+*source.Task {
				t.Fatalf("%s has become %s, %v", raw, moved.ID, err)
			}
		}
		built, err := json.Marshal(map[string]any{
			"fw_instance_id": firewall, "task_id": task, "name": name, "duration": duration, "status": status,
			"source": []any{map[string]any{"address": address}}, "service": []any{map[string]any{"protocol": protocol, "dest_port": port}},
		})
		if err != nil {
			t.Fatal(err)
		}
		resp, moved = move(t, built)
		// What is not UTF-8 does not survive JSON.
		firewall, task, name, address, port = string([]rune(firewall)), string([]rune(task)), string([]rune(name)), string([]rune(address)), string([]rune(port))
		if _, wrong := parseTaskID(firewall + "/" + task); wrong != nil {
			if !resp.Diagnostics.HasError() {
				t.Fatalf("%s comes over", built)
			}
			return
		}
		if resp.Diagnostics.HasError() {
			t.Fatalf("%s: %v", built, resp.Diagnostics)
		}
		got := []any{moved.ID.ValueString(), moved.Name.ValueString(), moved.SourceAddress.ValueString(), moved.DurationInMinutes.ValueInt64(), moved.Status.ValueString()}
		want := []any{firewall + "/" + task, name, address, duration, cfw.Status(status).String()}
		if protocol != 0 {
			got, want = append(got, moved.Protocol.ValueString()), append(want, cfw.Protocol(protocol).String())
		}
		if !cfw.SamePort("", port) {
			got, want = append(got, moved.DestinationPort.ValueString()), append(want, port)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", built, diff)
		}
	})
}

// FuzzServiceDate: a date that the other provider wrote is read by the code
// that knows how long the service keeps records, and what it did not write
// stays.
func FuzzServiceDate(f *testing.F) {
	f.Add("2024-06-04T11:23:50Z", int64(0))
	f.Add("2024/06/04 11:23:50", int64(1717500230))
	f.Add("2024-06-04T11:23:50.5+08:00", int64(253402300799))
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		const tenThousandYears = 253402300800
		at := time.Unix(((seconds%tenThousandYears)+tenThousandYears)%tenThousandYears, 0).UTC()
		if got, want := serviceDate(at.Format(time.RFC3339)), at.Format("2006/01/02 15:04:05"); got != want {
			t.Fatalf("%s: %q, want %q", at, got, want)
		}
		got := serviceDate(text)
		if _, err := time.Parse(time.RFC3339, text); err != nil && got != text {
			t.Fatalf("%q has become %q", text, got)
		}
		if again := serviceDate(got); again != got {
			t.Fatalf("%q has become %q, and that %q", text, got, again)
		}
		written, end := serviceDate(at.Format(time.RFC3339)), at.Add(cfw.Retention)
		if !cfw.RetentionOver(written, end) || cfw.RetentionOver(written, end.Add(-14*time.Hour-time.Second)) {
			t.Fatalf("the record of %s is kept until another time than %s", at, end)
		}
	})
}

func TestIDsWithAnyWhiteSpaceAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"fw\v/t", "fw/t\f", "fw\u00a0/t", "\u2028fw/t"} {
		if id, err := parseTaskID(text); err == nil {
			t.Errorf("%q is read as %q", text, id)
		}
	}
}
