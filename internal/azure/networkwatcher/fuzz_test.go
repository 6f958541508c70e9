package networkwatcher

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

var (
	fuzzedID = PacketCaptureID{Watcher: WatcherID{SubscriptionID: "s", ResourceGroupName: "g", Name: "nw"}, Name: "web"}
	// suffix is what another capture's name may have more than this one's.
	suffix = regexp.MustCompile(`^[A-Za-z0-9_.-]*[A-Za-z0-9_]$`)
)

func classified(status int, body []byte) error {
	return classify(fuzzedID, runtime.NewResponseError(&http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}))
}

func stateOf(status int, body []byte) *armnetwork.PacketCaptureQueryStatusResult {
	state, err := statusIn(fuzzedID, &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))})
	if err != nil {
		return nil
	}
	return state
}

func statusOf(body []byte) string {
	return azure.OperationStatus(&http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body))})
}

// FuzzNotFound: only a 404 in which the service names this very capture says
// that it does not exist; everything else would drop a capture that runs from
// the state.
func FuzzNotFound(f *testing.F) {
	f.Add(uint16(404), []byte(`{"error":{"code":"NotFound","message":"Resource `+fuzzedID.String()+` not found."}}`), "2", " not found.")
	f.Add(uint16(404), []byte(`{"error":{"code":"ResourceNotFound","message":"networkWatchers/nw"}}`), ".v2", "'")
	f.Add(uint16(403), []byte(`<html>`), "/x", "")
	f.Fuzz(func(t *testing.T, status uint16, raw []byte, more, end string) {
		err := classified(int(status), raw)
		if errors.Is(err, ErrNotFound) {
			var sent struct {
				Error struct{ Code, Message string }
			}
			if status != http.StatusNotFound || json.Unmarshal(raw, &sent) != nil || sent.Error.Code != "NotFound" ||
				!strings.Contains(strings.ToLower(sent.Error.Message), strings.ToLower(fuzzedID.String())) {
				t.Fatalf("%d %q means that the capture does not exist", status, raw)
			}
		}
		if !suffix.MatchString(more) {
			return
		}
		for text, own := range map[string]bool{"Resource " + fuzzedID.String(): true, "Resource " + fuzzedID.String() + more: false, "Resource " + fuzzedID.String() + "/" + more: false} {
			body, failed := json.Marshal(map[string]any{"error": map[string]string{"code": "NotFound", "message": text + " not found."}})
			if failed != nil {
				t.Fatal(failed)
			}
			if err := classified(http.StatusNotFound, body); errors.Is(err, ErrNotFound) != own {
				t.Fatalf("%s: %v", body, err)
			}
		}
	})
}

// FuzzStatus: a state is taken from an answer only as the answer has it, and
// none is made up.
func FuzzStatus(f *testing.F) {
	f.Add(uint16(200), []byte(`{"name":"web","packetCaptureStatus":"Running","captureStartTime":"2026-11-21T10:00:00Z","packetCaptureError":[]}`), "Stopped", "TimeExceeded")
	f.Add(uint16(202), []byte(`{"status":"InProgress","packetCaptureStatus":null}`), "", "\x00")
	f.Add(uint16(204), []byte(`[1]`), "Error", "é")
	f.Fuzz(func(t *testing.T, code uint16, raw []byte, state, reason string) {
		var members map[string]json.RawMessage
		isObject := json.Unmarshal(raw, &members) == nil
		if status := stateOf(int(code), raw); status != nil {
			var written string
			if !isObject || code != http.StatusOK && code != http.StatusAccepted || json.Unmarshal(members["packetCaptureStatus"], &written) != nil || string(*status.PacketCaptureStatus) != written {
				t.Fatalf("%d %q has the state %q", code, raw, *status.PacketCaptureStatus)
			}
		}
		if text := statusOf(raw); text != "" {
			known := false
			for name, value := range members {
				var written string
				known = known || strings.EqualFold(name, "status") && json.Unmarshal(value, &written) == nil && written == text
			}
			if !known {
				t.Fatalf("%q has the status %q", raw, text)
			}
		}
		built, err := json.Marshal(map[string]any{"id": fuzzedID.String(), "packetCaptureStatus": state, "stopReason": reason, "packetCaptureError": []string{reason}, "status": state, "added": 1})
		if err != nil {
			t.Fatal(err)
		}
		state, reason = string([]rune(state)), string([]rune(reason))
		status := stateOf(http.StatusAccepted, built)
		if state == "" && status == nil {
			return
		}
		if status == nil || string(*status.PacketCaptureStatus) != state || *status.StopReason != reason || len(status.PacketCaptureError) != 1 || string(*status.PacketCaptureError[0]) != reason {
			t.Fatalf("%s is not read", built)
		}
		if got := statusOf(built); got != state {
			t.Fatalf("%s has the status %q", built, got)
		}
	})
}

// idForm is the form of an id, as the service's definition has it.
func idForm(rest string) *regexp.Regexp {
	const part = `([^/]+)`
	return regexp.MustCompile(`(?i)^/subscriptions/` + part + `/resourceGroups/` + part + `/providers/` + strings.ReplaceAll(regexp.QuoteMeta(rest), `\{\}`, part) + `$`)
}

var (
	storageForm  = idForm("Microsoft.Storage/storageAccounts/{}")
	scaleSetForm = idForm("Microsoft.Compute/virtualMachineScaleSets/{}")
	machineForm  = idForm("Microsoft.Compute/virtualMachines/{}")
	captureForm  = idForm("Microsoft.Network/networkWatchers/{}/packetCaptures/{}")
)

// addressable reports whether a name can be a segment of a URL that means
// just that.
func addressable(name string) bool {
	return !regexp.MustCompile(`^\.{0,2}$|[/?#%\\{}\p{Cc}\x{FFFD}]`).MatchString(name) && strings.TrimSpace(name) == name && utf8.ValidString(name)
}

// FuzzIDs compares the readers of ids with patterns: they take what has the
// form and only names that an id can hold, and no other.
func FuzzIDs(f *testing.F) {
	for _, rest := range []string{"Storage/storageAccounts/a", "Compute/virtualMachineScaleSets/fleet", "COMPUTE/virtualMachines/vm1", "Network/networkWatchers/nw/packetCaptures/web", "Compute/virtualMachineScaleSets/fleet/virtualMachines/0"} {
		f.Add("/subscriptions/s/resourceGroups/g/providers/Microsoft."+rest, "0")
	}
	f.Add("/subscriptions/ſ/resourceGroups/../providers/Microsoft.Storage/storageAccounts/ a", "a/b")
	f.Add("//////////", "..")
	f.Fuzz(func(t *testing.T, text, instance string) {
		for what, check := range map[string]struct {
			form  *regexp.Regexp
			parse func(string) error
		}{
			"storage account": {storageForm, CheckStorageAccountID},
			"capture":         {captureForm, func(text string) error { _, err := ParsePacketCaptureID(text); return err }},
			"target":          {regexp.MustCompile(scaleSetForm.String() + "|" + machineForm.String()), func(text string) error { _, err := ParseTargetID(text); return err }},
		} {
			want := false
			if parts := check.form.FindStringSubmatch(text); parts != nil && !strings.ContainsRune(text, 'ſ') {
				want = true
				for _, name := range parts[1:] {
					want = want && (name == "" || addressable(name))
				}
			}
			if err := check.parse(text); (err == nil) != want {
				t.Fatalf("%q as the id of a %s: %v", text, what, err)
			}
		}
		fleet := TargetID{SubscriptionID: "s", ResourceGroupName: "g", Name: "fleet", targetType: "AzureVMSS"}
		id, err := fleet.InstanceID(instance)
		if addressable(instance) != (err == nil) && !strings.Contains(instance, "/") {
			t.Fatalf("%q: %q, %v", instance, id, err)
		}
		if err != nil {
			return
		}
		if again, err := fleet.InstanceID(id); err != nil || again != id || !strings.HasPrefix(id, fleet.String()+"/virtualMachines/") {
			t.Fatalf("%q is %q, and that is %q, %v", instance, id, again, err)
		}
	})
}

func TestAnotherCapturesAbsenceIsNotThisOnes(t *testing.T) {
	t.Parallel()
	id := fuzzedID.String()
	for message, own := range map[string]bool{
		"Resource " + id + " not found.": true, "Resource '" + strings.ToUpper(id) + "' not found.": true, "There is no " + id + ".": true, id + "2 is missing, and so is " + id + ".": true,
		"Resource " + id + "2 not found.": false, "Resource " + id + ".v2 not found.": false, "Resource " + id + "/x not found.": false, "Resource " + id + "-old not found.": false,
	} {
		if got := names(message, id); got != own {
			t.Errorf("%s: %v", message, got)
		}
	}
}
