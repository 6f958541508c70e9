package networkwatcher

import (
	"encoding/json"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
)

// The request and the answer are those of the service's recorded exchanges:
// the answer spells and fills in things its own way.
const (
	askedVM = `{
		"target": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1",
		"bytesToCapturePerPacket": 0, "timeLimitInSeconds": 60,
		"storageLocation": {"storageId": "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Storage/storageAccounts/tap", "filePath": "/var/captures/a.cap"},
		"filters": [{"protocol": "Tcp", "localPort": "80"}, {"localIPAddress": "127.0.0.1"}]}`
	gotVM = `{
		"provisioningState": "Updating", "targetType": "AzureVM", "scope": {"include": [], "exclude": []},
		"target": "/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm1",
		"bytesToCapturePerPacket": 0, "timeLimitInSeconds": 60, "totalBytesPerSession": 1073741824,
		"storageLocation": {"storageId": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/tap", "storagePath": "https://tap.blob.core.windows.net/x", "filePath": "/var/captures/a.cap"},
		"filters": [{"protocol": "TCP", "localIPAddress": "", "localPort": "80", "remoteIPAddress": "", "remotePort": ""}, {"protocol": "Any", "localIPAddress": "127.0.0.1", "localPort": ""}]}`
	askedFleet = `{
		"target": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/fleet", "targetType": "AzureVMSS",
		"continuousCapture": false, "captureSettings": {"fileCount": 2, "fileSizeInBytes": 102400, "sessionTimeLimitInSeconds": 60},
		"scope": {"include": ["1", "0"]}, "storageLocation": {"localPath": "/var/captures/a.cap"}}`
	gotFleet = `{
		"target": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/fleet", "targetType": "AzureVMSS",
		"continuousCapture": false, "captureSettings": {"fileCount": 2, "fileSizeInBytes": 102400, "sessionTimeLimitInSeconds": 60},
		"scope": {"include": ["/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/fleet/virtualMachines/0",
			"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/fleet/virtualMachines/1"], "exclude": []},
		"bytesToCapturePerPacket": 0, "storageLocation": {"storagePath": "", "localPath": "/var/captures/a.cap"}, "filters": []}`
)

func decode[T any](t *testing.T, text string) *T {
	t.Helper()
	value := new(T)
	if err := json.Unmarshal([]byte(text), value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestTheServicesSpellingFulfilsARequest(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][2]string{"machine": {askedVM, gotVM}, "scale set": {askedFleet, gotFleet}} {
		if !matchesRequest(decode[armnetwork.PacketCaptureResultProperties](t, texts[1]), decode[armnetwork.PacketCaptureParameters](t, texts[0])) {
			t.Errorf("%s: not recognised", name)
		}
	}
}

func TestAnotherCaptureDoesNotFulfilARequest(t *testing.T) {
	t.Parallel()
	type properties = armnetwork.PacketCaptureResultProperties
	for name, test := range map[string]struct {
		fleet  bool
		change func(*properties)
	}{
		"target":           {false, func(p *properties) { p.Target = new("other") }},
		"no target":        {false, func(p *properties) { p.Target = nil }},
		"storage account":  {false, func(p *properties) { p.StorageLocation.StorageID = nil }},
		"no storage":       {false, func(p *properties) { p.StorageLocation = nil }},
		"file":             {false, func(p *properties) { p.StorageLocation.FilePath = new("/var/captures/A.cap") }},
		"filter's port":    {false, func(p *properties) { p.Filters[0].LocalPort = new("81") }},
		"filter's address": {false, func(p *properties) { p.Filters[1].LocalIPAddress = nil }},
		"protocol":         {false, func(p *properties) { p.Filters[1].Protocol = new(armnetwork.PcProtocolUDP) }},
		"one filter less":  {false, func(p *properties) { p.Filters = p.Filters[:1] }},
		"time limit":       {false, func(p *properties) { p.TimeLimitInSeconds = new(int32(61)) }},
		"packet limit":     {false, func(p *properties) { p.BytesToCapturePerPacket = nil }},
		"mode":             {true, func(p *properties) { p.ContinuousCapture = new(true) }},
		"classic":          {true, func(p *properties) { p.ContinuousCapture = nil }},
		"settings":         {true, func(p *properties) { p.CaptureSettings.FileCount = new(int32(3)) }},
		"no settings":      {true, func(p *properties) { p.CaptureSettings = nil }},
		"local path":       {true, func(p *properties) { p.StorageLocation.LocalPath = nil }},
		"instances":        {true, func(p *properties) { p.Scope.Include = p.Scope.Include[:1] }},
		"all instances":    {true, func(p *properties) { p.Scope = nil }},
		"excluded instead": {true, func(p *properties) { p.Scope.Include, p.Scope.Exclude = nil, p.Scope.Include }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, got := askedVM, gotVM
			if test.fleet {
				asked, got = askedFleet, gotFleet
			}
			changed := decode[properties](t, got)
			test.change(changed)
			if matchesRequest(changed, decode[armnetwork.PacketCaptureParameters](t, asked)) {
				t.Error("taken for what was asked for")
			}
		})
	}
	if matchesRequest(nil, decode[armnetwork.PacketCaptureParameters](t, askedVM)) {
		t.Error("nothing was taken for what was asked for")
	}
}
