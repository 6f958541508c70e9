package arm_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	vm, scaleSet := f.ids.VMID, f.ids.VMSSID
	const (
		file  = `{"filePath":"/var/captures/x.cap"}`
		local = `{"localPath":"/var/captures/x.cap"}`
		vmss  = `,"targetType":"AzureVMSS"`
	)
	filter := func(member, value string) string { return `,"filters":[{"` + member + `":"` + value + `"}]` }
	tests := []struct {
		name, body, version string
		status              int
		code                string
	}{
		{"not JSON", `{`, "", 400, "InvalidRequestFormat"},
		{"two values", f.body(vm, file, "") + `{}`, "", 400, "InvalidRequestFormat"},
		{"no properties", `{}`, "", 400, "InvalidRequestFormat"},
		{"unknown member", f.body(vm, file, `,"timeLimit":1`), "", 400, "InvalidRequestFormat"},
		{"unknown member of a filter", f.body(vm, file, filter("port", "1")), "", 400, "InvalidRequestFormat"},
		{"read-only member", f.body(vm, file, `,"provisioningState":"Succeeded"`), "", 400, "InvalidRequestFormat"},
		{"text for a number", f.body(vm, file, `,"timeLimitInSeconds":"1"`), "", 400, "InvalidRequestFormat"},
		{"no target", `{"properties":{"storageLocation":` + file + `}}`, "", 400, "InvalidRequestFormat"},
		{"no storage location", `{"properties":{"target":"` + vm + `"}}`, "", 400, "InvalidRequestFormat"},
		{"empty storage location", f.body(vm, `{}`, ""), "", 400, "InvalidParameter"},
		{"storage path alone", f.body(vm, `{"storagePath":"https://a.blob.core.windows.net/c/x.cap"}`, ""), "", 400, "InvalidParameter"},
		{"storage path that is no URI", f.body(vm, `{"storageId":"`+f.ids.StorageAccountID+`","storagePath":"c/x.cap"}`, ""), "", 400, "InvalidParameter"},
		{"unknown storage account", f.body(vm, `{"storageId":"`+f.ids.StorageAccountID+`x"}`, ""), "", 400, "InvalidResourceReference"},
		{"path without .cap", f.body(vm, `{"filePath":"/var/captures/x.pcap"}`, ""), "", 400, "InvalidParameter"},
		{"path elsewhere on Linux", f.body(vm, `{"filePath":"/tmp/x.cap"}`, ""), "", 400, "InvalidParameter"},
		{"target that is no id", f.body("vm-linux", file, ""), "", 400, "LinkedInvalidPropertyId"},
		{"unknown target", f.body(vm+"x", file, ""), "", 400, "InvalidResourceReference"},
		{"target in another region", f.body(f.ids.OtherVMID, file, ""), "", 400, "InvalidResourceReference"},
		{"scale set as a machine", f.body(scaleSet, file, ""), "", 400, "InvalidParameter"},
		{"machine as a scale set", f.body(vm, file, vmss), "", 400, "InvalidParameter"},
		{"unknown target type", f.body(vm, file, `,"targetType":"AzureArc"`), "", 400, "InvalidRequestFormat"},
		{"scope of a machine", f.body(vm, file, `,"scope":{"include":["0"]}`), "", 400, "InvalidParameter"},
		{"include and exclude", f.body(scaleSet, file, vmss+`,"scope":{"include":["0"],"exclude":["1"]}`), "", 400, "InvalidParameter"},
		{"instance of another scale set", f.body(scaleSet, file, vmss+`,"scope":{"include":["`+f.ids.WindowsVMSSID+`/virtualMachines/0"]}`), "", 400, "InvalidParameter"},
		{"time limit too long", f.body(vm, file, `,"timeLimitInSeconds":18001`), "", 400, "InvalidParameter"},
		{"negative time limit", f.body(vm, file, `,"timeLimitInSeconds":-1`), "", 400, "InvalidParameter"},
		{"too many bytes", f.body(vm, file, `,"totalBytesPerSession":4294967296`), "", 400, "InvalidParameter"},
		{"too many bytes per packet", f.body(vm, file, `,"bytesToCapturePerPacket":4294967296`), "", 400, "InvalidParameter"},
		{"too many files", f.body(vm, local, `,"continuousCapture":true,"captureSettings":{"fileCount":10001}`), "", 400, "InvalidParameter"},
		{"too large files", f.body(vm, local, `,"continuousCapture":true,"captureSettings":{"fileSizeInBytes":4294967296}`), "", 400, "InvalidParameter"},
		{"session too long", f.body(vm, local, `,"continuousCapture":true,"captureSettings":{"sessionTimeLimitInSeconds":604801}`), "", 400, "InvalidParameter"},
		{"file path of a continuous capture", f.body(vm, file, `,"continuousCapture":false`), "", 400, "InvalidParameter"},
		{"byte limit of a continuous capture", f.body(vm, local, `,"continuousCapture":true,"totalBytesPerSession":1073741824`), "", 400, "InvalidParameter"},
		{"time limit of a continuous capture", f.body(vm, local, `,"continuousCapture":false,"timeLimitInSeconds":18000`), "", 400, "InvalidParameter"},
		{"local path of a classic capture", f.body(vm, local, ""), "", 400, "InvalidParameter"},
		{"settings of a classic capture", f.body(vm, file, `,"captureSettings":{"fileCount":1}`), "", 400, "InvalidParameter"},
		{"continuous capture before its version", f.body(vm, local, `,"continuousCapture":true`), "2023-09-01", 400, "InvalidRequestFormat"},
		{"scope before its version", f.body(scaleSet, file, `,"scope":{"include":["0"]}`), "2021-03-01", 400, "InvalidRequestFormat"},
		{"unknown protocol", f.body(vm, file, filter("protocol", "ICMP")), "", 400, "InvalidRequestFormat"},
		{"the published example of a range", f.body(vm, file, filter("localIPAddress", "1.1.1.1-255.255.255")), "", 400, "InvalidParameter"},
		{"range of two families", f.body(vm, file, filter("remoteIPAddress", "1.1.1.1-::1")), "", 400, "InvalidParameter"},
		{"range downwards", f.body(vm, file, filter("remoteIPAddress", "10.0.0.9-10.0.0.1")), "", 400, "InvalidParameter"},
		{"range in a list", f.body(vm, file, filter("remoteIPAddress", "10.0.0.1-10.0.0.9;10.0.1.1")), "", 400, "InvalidParameter"},
		{"two ranges", f.body(vm, file, filter("localPort", "1-2-3")), "", 400, "InvalidParameter"},
		{"port too high", f.body(vm, file, filter("remotePort", "65536")), "", 400, "InvalidParameter"},
		{"port that is none", f.body(vm, file, filter("remotePort", "http")), "", 400, "InvalidParameter"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			version := "2025-05-01"
			if test.version != "" {
				version = test.version
			}
			f.do(t, http.MethodPut, f.captureID("refused")+"?api-version="+version, test.body).wantError(t, test.status, test.code)
		})
	}
	t.Cleanup(func() {
		if left := f.service.Snapshot().PacketCaptures; len(left) != 0 {
			t.Errorf("refused captures exist: %+v", left)
		}
	})
}

func TestCreateAccepts(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	tests := []struct{ name, body string }{
		{"ipv6", f.vmBody(`,"filters":[{"localIPAddress":"2001:db8::1-2001:db8::ffff","remoteIPAddress":"::1;2001:db8::7"}]`)},
		{"lists-with-and-without-end", f.vmBody(`,"filters":[{"localPort":"80;443;","remotePort":"0;65535"}]`)},
		{"range", f.vmBody(`,"filters":[{"localPort":"0-65535","remoteIPAddress":"10.0.0.1-10.0.0.1"}]`)},
		{"zeros-and-maxima", f.vmBody(`,"bytesToCapturePerPacket":4294967295,"totalBytesPerSession":0,"timeLimitInSeconds":18000`)},
		{"upper-case-target", f.body(strings.ToUpper(f.ids.VMID), `{"storageId":"`+strings.ToUpper(f.ids.StorageAccountID)+`"}`, "")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f.do(t, http.MethodPut, f.captureID(test.name), test.body).want(t, http.StatusCreated)
		})
	}
	t.Run("bad range where filters are not checked", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, arm.Options{})
		f.set(t, arm.SwitchFilterValidation, "lenient")
		f.do(t, http.MethodPut, f.captureID("pc1"), f.vmBody(`,"filters":[{"localIPAddress":"1.1.1.1-255.255.255"}]`)).want(t, http.StatusCreated)
	})
}

func TestExistingNameAndQuota(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(`,"timeLimitInSeconds":60`))
	f.do(t, http.MethodPut, strings.ToUpper(f.captureID("pc1")), f.vmBody("")).wantError(t, http.StatusConflict, "Conflict")
	f.set(t, arm.SwitchExistingNameStatus, "400")
	f.set(t, arm.SwitchExistingNameCode, "AlreadyThere")
	f.do(t, http.MethodPut, f.captureID("PC1"), f.vmBody("")).wantError(t, http.StatusBadRequest, "AlreadyThere")

	f.set(t, arm.SwitchCaptureQuota, "1")
	elsewhere := f.ids.OtherNetworkWatcherID + "/packetCaptures/pc1"
	f.do(t, http.MethodPut, elsewhere, f.body(f.ids.OtherVMID, `{"filePath":"/var/captures/x.cap"}`, "")).want(t, http.StatusCreated)
	f.do(t, http.MethodPut, f.captureID("pc2"), f.vmBody("")).wantError(t, http.StatusBadRequest, "PacketCaptureLimitReached")
	f.core.Clock.Advance(61e9)
	f.do(t, http.MethodPut, f.captureID("pc2"), f.vmBody("")).want(t, http.StatusCreated)
}

func TestGateway(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(""))
	subscription := "/subscriptions/" + f.ids.SubscriptionID
	tests := []struct {
		name, method, target string
		status               int
		code                 string
	}{
		{"no api-version", http.MethodGet, f.captureID("pc1") + "?x=1", 400, "MissingApiVersionParameter"},
		{"malformed api-version", http.MethodGet, f.captureID("pc1") + "?api-version=latest", 400, "InvalidApiVersionParameter"},
		{"unknown api-version", http.MethodGet, f.captureID("pc1") + "?api-version=2015-06-15", 400, "NoRegisteredProviderFound"},
		{"malformed subscription", http.MethodGet, strings.Replace(f.captureID("pc1"), f.ids.SubscriptionID, "sub", 1), 400, "InvalidSubscriptionId"},
		{"unknown subscription", http.MethodGet, strings.Replace(f.captureID("pc1"), f.ids.SubscriptionID, "6babcaad-604b-40ac-a9d7-9fd97c0b779f", 1), 404, "SubscriptionNotFound"},
		{"unknown resource group", http.MethodGet, strings.Replace(f.captureID("pc1"), arm.WatcherGroup, "other", 1), 404, "ResourceGroupNotFound"},
		{"unknown watcher", http.MethodGet, strings.Replace(f.captureID("pc1"), arm.NetworkWatcher, "other", 1), 404, "ResourceNotFound"},
		{"list of an unknown watcher", http.MethodGet, strings.Replace(f.ids.NetworkWatcherID, arm.NetworkWatcher, "other", 1) + "/packetCaptures", 404, "ResourceNotFound"},
		{"delete in an unknown watcher", http.MethodDelete, strings.Replace(f.captureID("pc1"), arm.NetworkWatcher, "other", 1), 404, "ResourceNotFound"},
		{"unknown capture", http.MethodGet, f.captureID("other"), 404, "NotFound"},
		{"status of an unknown capture", http.MethodPost, f.captureID("other") + "/queryStatus", 404, "NotFound"},
		{"stop of an unknown capture", http.MethodPost, f.captureID("other") + "/stop", 404, "NotFound"},
		{"no such method", http.MethodPatch, f.captureID("pc1"), 405, "MethodNotAllowed"},
		{"no such type", http.MethodGet, subscription + "/providers/Microsoft.Network/flowLogs", 404, "InvalidResourceType"},
		{"unknown operation", http.MethodGet, subscription + "/providers/Microsoft.Network/locations/westeurope/operations/6babcaad-604b-40ac-a9d7-9fd97c0b779f", 404, "OperationNotFound"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f.do(t, test.method, test.target, "").wantError(t, test.status, test.code)
		})
	}
	missing := f.do(t, http.MethodGet, f.captureID("other"), "")
	f.wantJSON(t, missing.body, `{"error":{"code":"NotFound","message":"Resource $WATCHER/packetCaptures/other not found.","details":[]}}`)
}

func TestRoutesInAnyCasing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(""))
	for _, path := range []string{strings.ToLower(f.captureID("pc1")), strings.ToUpper(f.captureID("pc1")), f.captureID("pc1") + "/"} {
		var body captureBody
		f.do(t, http.MethodGet, path, "").want(t, http.StatusOK).decode(t, &body)
		if body.ID != f.captureID("pc1") || body.Name != "pc1" {
			t.Errorf("%s: answered with %s %s", path, body.Name, body.ID)
		}
	}
	f.do(t, http.MethodPost, strings.ToLower(f.captureID("pc1")+"/queryStatus"), "").want(t, http.StatusAccepted)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	wrongAudience, err := f.directory.IssueToken("https://monitor.azure.com", f.directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	good := f.token
	for _, test := range []struct{ name, token, code string }{
		{"none", "", "AuthenticationFailed"},
		{"garbage", "x", "InvalidAuthenticationToken"},
		{"wrong audience", wrongAudience.AccessToken, "InvalidAuthenticationTokenAudience"},
	} {
		f.token = test.token
		got := f.do(t, http.MethodGet, f.ids.NetworkWatcherID, "")
		got.wantError(t, http.StatusUnauthorized, test.code)
		if !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: no challenge", test.name)
		}
	}
	f.token = good
	created := f.do(t, http.MethodPut, f.captureID("pc1"), f.vmBody("")).want(t, http.StatusCreated)
	f.token = ""
	f.do(t, http.MethodGet, created.header.Get("Azure-AsyncOperation"), "").wantError(t, http.StatusUnauthorized, "AuthenticationFailed")
	f.token = good
	f.core.Clock.Advance(721 * 3600e9)
	f.do(t, http.MethodGet, f.ids.NetworkWatcherID, "").wantError(t, http.StatusUnauthorized, "ExpiredAuthenticationToken")
}

func TestContentTypeAndSize(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, f.url+f.captureID("pc1")+"?api-version=2025-05-01", strings.NewReader(f.vmBody("")))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+f.token)
	request.Header.Set("Content-Type", "text/plain")
	response, err := f.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	if response.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("status %d, want 415", response.StatusCode)
	}
	f.do(t, http.MethodPut, f.captureID("pc1"), strings.Repeat(" ", 4<<20+1)).wantError(t, http.StatusRequestEntityTooLarge, "RequestContentTooLarge")
}
