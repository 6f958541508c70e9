package arm_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// wantJSON compares JSON values; want's placeholders are ids of the inventory.
func (f *fixture) wantJSON(t *testing.T, got []byte, want string) {
	t.Helper()
	want = strings.NewReplacer(
		"$WATCHER", f.ids.NetworkWatcherID, "$VMSS", f.ids.VMSSID, "$WINVMSS", f.ids.WindowsVMSSID,
		"$VM", f.ids.VMID, "$WINVM", f.ids.WindowsVMID, "$STORAGE", f.ids.StorageAccountID,
		"$vm", strings.ToLower(f.ids.VMID),
	).Replace(want)
	var gotValue, wantValue any
	if err := json.Unmarshal(got, &gotValue); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatalf("%v in %s", err, want)
	}
	if !reflect.DeepEqual(gotValue, wantValue) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The service answers with more than it was sent: defaults, normal forms, and
// empty values for what was not set.
func TestCreateNormalises(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, storage, extra, want string
	}{
		{
			name: "file on a Windows machine", target: "$WINVM", storage: `{"filePath":"C:\\tmp\\Capture.cap"}`,
			extra: `,"filters":[{"protocol":"Tcp","remoteIPAddress":"127.0.0.1-127.0.0.255","localPort":"80","remotePort":"80-120"},{"localIPAddress":"127.0.0.1"}]`,
			want: `{"provisioningState":"Updating","target":"$WINVM","scope":{"include":[],"exclude":[]},"targetType":"AzureVM",
				"bytesToCapturePerPacket":0,"totalBytesPerSession":1073741824,"timeLimitInSeconds":18000,
				"storageLocation":{"storagePath":"","filePath":"C:\\tmp\\Capture.cap"},
				"filters":[{"protocol":"TCP","localIPAddress":"","localPort":"80","remoteIPAddress":"127.0.0.1-127.0.0.255","remotePort":"80-120"},
				{"protocol":"Any","localIPAddress":"127.0.0.1","localPort":"","remoteIPAddress":"","remotePort":""}]}`,
		},
		{
			name: "storage account only", target: "$VM", storage: `{"storageId":"$STORAGE"}`,
			extra: `,"bytesToCapturePerPacket":96,"totalBytesPerSession":4294967295,"timeLimitInSeconds":60`,
			want: `{"provisioningState":"Updating","target":"$VM","scope":{"include":[],"exclude":[]},"targetType":"AzureVM",
				"bytesToCapturePerPacket":96,"totalBytesPerSession":4294967295,"timeLimitInSeconds":60,
				"storageLocation":{"storageId":"$STORAGE","storagePath":"https://tapcaptures.blob.core.windows.net/network-watcher-logs$vm/2025/01/31/packetcapture_16_39_41_077.cap"},"filters":[]}`,
		},
		{
			name: "own storage path", target: "$VM", storage: `{"storageId":"$STORAGE","storagePath":"https://tapcaptures.blob.core.windows.net/c/x.cap","filePath":"/var/captures/x.cap"}`,
			want: `{"provisioningState":"Updating","target":"$VM","scope":{"include":[],"exclude":[]},"targetType":"AzureVM",
				"bytesToCapturePerPacket":0,"totalBytesPerSession":1073741824,"timeLimitInSeconds":18000,
				"storageLocation":{"storageId":"$STORAGE","storagePath":"https://tapcaptures.blob.core.windows.net/c/x.cap","filePath":"/var/captures/x.cap"},"filters":[]}`,
		},
		{
			name: "ring buffer on a scale set", target: "$WINVMSS", storage: `{"localPath":"C:\\captures\\Capture.cap"}`,
			extra: `,"targetType":"AzureVMSS","continuousCapture":false,"captureSettings":{"fileCount":2,"fileSizeInBytes":102400,"sessionTimeLimitInSeconds":60}`,
			want: `{"provisioningState":"Updating","target":"$WINVMSS","scope":{"include":[],"exclude":[]},"targetType":"AzureVMSS","bytesToCapturePerPacket":0,
				"storageLocation":{"storagePath":"","localPath":"C:\\captures\\Capture.cap"},"continuousCapture":false,
				"captureSettings":{"fileCount":2,"fileSizeInBytes":102400,"sessionTimeLimitInSeconds":60},"filters":[]}`,
		},
		{
			name: "instances", target: "$VMSS", storage: `{"filePath":"/var/captures/x.cap"}`,
			extra: `,"targetType":"azurevmss","scope":{"include":["0","$VMSS/virtualMachines/1"]},"continuousCapture":null`,
			want: `{"provisioningState":"Updating","target":"$VMSS","scope":{"include":["$VMSS/virtualMachines/0","$VMSS/virtualMachines/1"],"exclude":[]},"targetType":"AzureVMSS",
				"bytesToCapturePerPacket":0,"totalBytesPerSession":1073741824,"timeLimitInSeconds":18000,
				"storageLocation":{"storagePath":"","filePath":"/var/captures/x.cap"},"filters":[]}`,
		},
		{
			name: "continuous capture with default settings", target: "$VM", storage: `{"localPath":"/var/captures/x.cap"}`, extra: `,"continuousCapture":true`,
			want: `{"provisioningState":"Updating","target":"$VM","scope":{"include":[],"exclude":[]},"targetType":"AzureVM","bytesToCapturePerPacket":0,
				"storageLocation":{"storagePath":"","localPath":"/var/captures/x.cap"},"continuousCapture":true,
				"captureSettings":{"fileCount":10,"fileSizeInBytes":104857600,"sessionTimeLimitInSeconds":86400},"filters":[]}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, arm.Options{})
			ids := strings.NewReplacer("$WINVMSS", f.ids.WindowsVMSSID, "$WINVM", f.ids.WindowsVMID, "$VMSS", f.ids.VMSSID, "$VM", f.ids.VMID, "$STORAGE", f.ids.StorageAccountID)
			created := f.do(t, http.MethodPut, f.captureID("pc1"), ids.Replace(f.body(test.target, test.storage, test.extra))).want(t, http.StatusCreated)
			var body struct {
				Name, ID, Type, ETag string
				Properties           json.RawMessage
			}
			created.decode(t, &body)
			f.wantJSON(t, body.Properties, test.want)
			if body.Name != "pc1" || body.ID != f.captureID("pc1") || body.Type != "Microsoft.Network/networkWatchers/packetCaptures" || !strings.HasPrefix(body.ETag, `W/"`) {
				t.Errorf("capture %s", created.body)
			}
		})
	}
}

// A capture is one of the watcher's; its etag is the watcher's and changes
// with every write to any of them, and with every status query.
func TestETagsAreShared(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(""))
	f.create(t, "pc2", f.vmBody(""))
	seen := map[string]string{}
	check := func(step string) {
		t.Helper()
		got := f.do(t, http.MethodGet, f.captureID("pc1"), "").want(t, http.StatusOK)
		etag := f.get(t, "pc1").ETag
		if got.header.Get("ETag") != etag || f.get(t, "pc2").ETag != etag {
			t.Errorf("%s: the etags differ", step)
		}
		if before, again := seen[etag]; again {
			t.Errorf("%s: the etag is that of %s", step, before)
		}
		seen[etag] = step
	}
	check("create")
	f.queryStatus(t, "pc2")
	check("queryStatus of the sibling")
	f.create(t, "pc3", f.vmBody(""))
	check("create of a sibling")
	f.do(t, http.MethodPost, f.captureID("pc3")+"/stop", "").want(t, http.StatusAccepted)
	check("stop of a sibling")
	f.do(t, http.MethodDelete, f.captureID("pc3"), "").want(t, http.StatusAccepted)
	check("delete of a sibling")
}

func TestAnswersBySwitch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value string
		want        []string
		wantNot     []string
	}{
		{arm.SwitchIDCasing, "lower", []string{`"id":"/subscriptions/`, `/resourcegroups/networkwatcherrg/`, `virtualmachinescalesets/vmss-linux/virtualmachines/0"`}, []string{`resourceGroups`}},
		{arm.SwitchIDCasing, "canonical", []string{`/virtualMachineScaleSets/vmss-linux"`}, []string{`VMSS-LINUX`}},
		{arm.SwitchIDCasing, "as_given", []string{`VMSS-LINUX"`}, nil},
		{arm.SwitchProtocolCasing, "lower", []string{`"protocol":"udp"`}, nil},
		{arm.SwitchUnsetFilterMembers, "absent", []string{`"localPort":"53"`}, []string{`"remotePort"`, `"localIPAddress"`}},
		{arm.SwitchInstanceIDs, "as_given", []string{`"include":["0"]`}, nil},
		{arm.SwitchUndocumentedMembers, "true", []string{`"captureAgentVersion"`}, nil},
		{arm.SwitchCaptureSettings, "absent", nil, []string{`"captureSettings"`}},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.value, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, arm.Options{})
			f.set(t, test.name, test.value)
			target := strings.Replace(f.ids.VMSSID, "vmss-linux", "VMSS-LINUX", 1)
			f.create(t, "pc1", f.body(target, `{"localPath":"/var/captures/x.cap"}`,
				`,"targetType":"AzureVMSS","scope":{"include":["0"]},"filters":[{"protocol":"UDP","localPort":"53"}],"continuousCapture":true`))
			got := string(f.do(t, http.MethodGet, f.captureID("pc1"), "").want(t, http.StatusOK).body)
			for _, text := range test.want {
				if !strings.Contains(got, text) {
					t.Errorf("no %s in %s", text, got)
				}
			}
			for _, text := range test.wantNot {
				if strings.Contains(got, text) {
					t.Errorf("unexpected %s in %s", text, got)
				}
			}
		})
	}
}

// The first versions take text/json as well, and what later ones brought is in
// none of their answers.
func TestAnswersHoldTheMembersOfTheirVersion(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "new", f.body(f.ids.VMSSID, `{"storageId":"`+f.ids.StorageAccountID+`","localPath":"/var/captures/a.cap"}`, `,"targetType":"AzureVMSS","scope":{"include":["0"]},"continuousCapture":true`))
	for version, want := range map[string]struct {
		status  int
		members []string
	}{
		"2016-12-01": {http.StatusCreated, nil},
		"2017-03-01": {http.StatusCreated, nil},
		"2022-01-01": {http.StatusUnsupportedMediaType, []string{"scope", "targetType"}},
		"2023-11-01": {http.StatusUnsupportedMediaType, []string{"scope", "targetType", "continuousCapture", "captureSettings", "localPath"}},
	} {
		of := "?api-version=" + version
		f.mediaType = "Text/JSON; charset=utf-8"
		bodies := []answer{f.do(t, http.MethodPut, f.captureID("old-"+version)+of, f.vmBody("")).want(t, want.status)}
		f.mediaType = ""
		bodies = append(bodies, f.do(t, http.MethodGet, f.captureID("new")+of, "").want(t, http.StatusOK), f.do(t, http.MethodGet, f.ids.NetworkWatcherID+"/packetCaptures"+of, "").want(t, http.StatusOK))
		for _, member := range []string{"scope", "targetType", "continuousCapture", "captureSettings", "localPath"} {
			for i, body := range bodies {
				if there := strings.Contains(string(body.body), `"`+member+`":`); there != (i > 0 && slices.Contains(want.members, member)) {
					t.Errorf("%s, answer %d: %s is there: %v: %s", version, i, member, there, body.body)
				}
			}
		}
	}
}
