package networkwatcher_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

func TestLikelyCauses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		errors []string
		parts  []string
	}{
		"none":         {nil, nil},
		"unknown":      {[]string{"Whatever"}, nil},
		"agent":        {[]string{"AgentStopped"}, []string{"NetworkWatcherAgentLinux", "168.63.129.16:8037"}},
		"storage":      {[]string{"StorageFailed"}, []string{"allowSharedKeyAccess", "port 443"}},
		"file":         {[]string{"LocalFileFailed"}, []string{"/var/captures"}},
		"capture":      {[]string{"CaptureFailed"}, []string{"memory and disk"}},
		"internal":     {[]string{"InternalError"}, []string{"internal error"}},
		"network once": {[]string{"LocalFileFailed", "StorageFailed", "AgentStopped"}, []string{"/var/captures", "allowSharedKeyAccess", "169.254.169.254:80", "NetworkWatcherAgentLinux"}},
		"instances": {[]string{"/x/virtualMachines/3 does not exist or is in stopped state.", "/x/virtualMachines/4 does not exist or is in stopped state."},
			[]string{"deallocated"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			causes := networkwatcher.LikelyCauses(test.errors)
			if len(causes) != len(test.parts) {
				t.Fatalf("%d causes: %q", len(causes), causes)
			}
			for i, part := range test.parts {
				if !strings.Contains(causes[i], part) {
					t.Errorf("cause %d is %q, want %q in it", i, causes[i], part)
				}
			}
		})
	}
}

func TestEveryDocumentedErrorHasACause(t *testing.T) {
	t.Parallel()
	for _, problem := range armnetwork.PossiblePcErrorValues() {
		if len(networkwatcher.LikelyCauses([]string{string(problem)})) == 0 {
			t.Errorf("nothing to say about %s", problem)
		}
	}
}

func TestEnded(t *testing.T) {
	t.Parallel()
	ended := []armnetwork.PcStatus{armnetwork.PcStatusStopped, armnetwork.PcStatusError}
	for _, status := range append(armnetwork.PossiblePcStatusValues(), "", "Paused") {
		if got := networkwatcher.Ended(status); got != slices.Contains(ended, status) {
			t.Errorf("%q: %v", status, got)
		}
	}
}

func TestErrorsSkipsEmptyOnes(t *testing.T) {
	t.Parallel()
	status := &armnetwork.PacketCaptureQueryStatusResult{PacketCaptureError: []*armnetwork.PcError{nil, new(armnetwork.PcError("")), new(armnetwork.PcErrorAgentStopped)}}
	if got := networkwatcher.Errors(status); !slices.Equal(got, []string{"AgentStopped"}) {
		t.Errorf("got %q", got)
	}
}
