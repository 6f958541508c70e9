package networkwatcher_test

import (
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

const (
	watcherText = "/subscriptions/s/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/nw"
	captureText = watcherText + "/packetCaptures/web"
	computeText = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/"
)

func TestPacketCaptureIDs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{captureText, strings.ToLower(captureText), strings.ToUpper(captureText)} {
		id, err := networkwatcher.ParsePacketCaptureID(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !networkwatcher.SameID(id.String(), captureText) || !strings.Contains(id.String(), "/providers/Microsoft.Network/networkWatchers/") {
			t.Errorf("%s became %s", text, id)
		}
		canonical, err := networkwatcher.ParsePacketCaptureID(captureText)
		if err != nil || !id.Equal(canonical) || !id.Watcher.Equal(canonical.Watcher) {
			t.Errorf("%s is not equal to %s", id, captureText)
		}
	}
}

func TestWrongIDsAreRefusedWithTheShape(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "/", "web", watcherText, captureText + "/", captureText + "/stop", captureText[1:],
		watcherText + "/NetworkPacketCaptures/web", watcherText + "/packetCaptures/",
		strings.Replace(captureText, "/nw/", "//", 1), strings.Replace(captureText, "Microsoft.Network", "Microsoft.Compute", 1),
		watcherText + "/packetCaptures/..", watcherText + "/packetCaptures/a?b", watcherText + "/packetCaptures/a#b", watcherText + "/packetCaptures/%2e%2e",
		watcherText + `/packetCaptures/a\b`, watcherText + "/packetCaptures/a\n", watcherText + "/packetCaptures/ a", "https://management.azure.com" + captureText,
	} {
		_, err := networkwatcher.ParsePacketCaptureID(text)
		wantText(t, err, "packetCaptures/{packet capture}", "/subscriptions/{subscription}/")
	}
	_, err := networkwatcher.ParseWatcherID(captureText)
	wantText(t, err, "is not the id of a network watcher", "networkWatchers/{network watcher}")
	wantText(t, networkwatcher.CheckStorageAccountID(watcherText), "is not the id of a storage account", "Microsoft.Storage/storageAccounts/{storage account}")
}

func TestDifferentIDsAreNotEqual(t *testing.T) {
	t.Parallel()
	one, err := networkwatcher.ParsePacketCaptureID(captureText)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{captureText + "2", strings.Replace(captureText, "/nw/", "/nw2/", 1), strings.Replace(captureText, "/s/", "/s2/", 1)} {
		id, err := networkwatcher.ParsePacketCaptureID(other)
		if err != nil || id.Equal(one) {
			t.Errorf("%s equals %s, %v", other, captureText, err)
		}
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	vm, err := networkwatcher.ParseTargetID(strings.ToLower(computeText) + "virtualmachines/vm1")
	if err != nil || vm.Type() != armnetwork.PacketCaptureTargetTypeAzureVM || vm.IsScaleSet() || vm.String() != computeText+"virtualMachines/vm1" {
		t.Errorf("got %v %s, %v", vm, vm.Type(), err)
	}
	scaleSet, err := networkwatcher.ParseTargetID(computeText + "virtualMachineScaleSets/fleet")
	if err != nil || scaleSet.Type() != armnetwork.PacketCaptureTargetTypeAzureVMSS || !scaleSet.IsScaleSet() || scaleSet.String() != computeText+"virtualMachineScaleSets/fleet" {
		t.Errorf("got %v %s, %v", scaleSet, scaleSet.Type(), err)
	}
	_, err = networkwatcher.ParseTargetID(computeText + "virtualMachineScaleSets/fleet/virtualMachines/3")
	wantText(t, err, "is one instance of a scale set", computeText+`virtualMachineScaleSets/fleet as target`, `include instance "3"`)
	_, err = networkwatcher.ParseTargetID(computeText + "disks/d")
	wantText(t, err, "neither", "virtualMachines/{virtual machine}", "virtualMachineScaleSets/{scale set}")
}

func TestInstances(t *testing.T) {
	t.Parallel()
	scaleSet, err := networkwatcher.ParseTargetID(computeText + "virtualMachineScaleSets/fleet")
	if err != nil {
		t.Fatal(err)
	}
	full := computeText + "virtualMachineScaleSets/fleet/virtualMachines/0"
	for _, instance := range []string{"0", full, strings.ToUpper(full)} {
		if got, err := scaleSet.InstanceID(instance); err != nil || got != full {
			t.Errorf("%s became %s, %v", instance, got, err)
		}
	}
	for instance, part := range map[string]string{
		"":  "is no instance",
		"/": "is no instance", "0/1": "is no instance", full + "/x": "is no instance",
		strings.Replace(full, "fleet", "other", 1): "is an instance of " + computeText + "virtualMachineScaleSets/other, not of",
	} {
		_, err := scaleSet.InstanceID(instance)
		wantText(t, err, part)
	}
}

func TestStorageAccountIDs(t *testing.T) {
	t.Parallel()
	const text = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/tap"
	for _, id := range []string{text, strings.ToUpper(text)} {
		if err := networkwatcher.CheckStorageAccountID(id); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParsePacketCaptureID(f *testing.F) {
	for _, seed := range []string{captureText, strings.ToLower(captureText), captureText + "/x", watcherText, "/subscriptions/ſ/resourceGroups/K/", "//////////"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := networkwatcher.ParsePacketCaptureID(text)
		if err != nil {
			if !strings.Contains(err.Error(), "it must look like /subscriptions/") {
				t.Errorf("unhelpful: %v", err)
			}
			return
		}
		if !strings.EqualFold(id.String(), text) {
			t.Errorf("%q became %q", text, id)
		}
		again, err := networkwatcher.ParsePacketCaptureID(id.String())
		if err != nil || again != id {
			t.Errorf("%q is read back as %q, %v", id, again, err)
		}
		watcher, err := networkwatcher.ParseWatcherID(id.Watcher.String())
		if err != nil || watcher != id.Watcher || !watcher.Equal(id.Watcher) {
			t.Errorf("%q is read back as %q, %v", id.Watcher, watcher, err)
		}
	})
}

func FuzzParseTargetID(f *testing.F) {
	f.Add(computeText + "virtualMachines/vm1")
	f.Add(computeText + "virtualMachineScaleSets/fleet")
	f.Add(computeText + "virtualMachineScaleSets/fleet/virtualMachines/0")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := networkwatcher.ParseTargetID(text)
		if err != nil {
			return
		}
		if again, err := networkwatcher.ParseTargetID(id.String()); err != nil || again != id || !strings.EqualFold(id.String(), text) {
			t.Errorf("%q became %q, read back as %q, %v", text, id, again, err)
		}
	})
}
