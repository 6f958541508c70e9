package networkwatcher

import (
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
)

// matchesRequest reports whether a capture is what was asked for. What was left to
// the service may be anything, and the service's own spelling counts as the
// same.
func matchesRequest(got *armnetwork.PacketCaptureResultProperties, asked *armnetwork.PacketCaptureParameters) bool {
	if got == nil || asked == nil {
		return false
	}
	return sameText(asked.Target, got.Target, SameID) &&
		sameStorage(asked.StorageLocation, got.StorageLocation) &&
		sameFilters(asked.Filters, got.Filters) &&
		sameValue(asked.BytesToCapturePerPacket, got.BytesToCapturePerPacket) &&
		sameValue(asked.TotalBytesPerSession, got.TotalBytesPerSession) &&
		sameValue(asked.TimeLimitInSeconds, got.TimeLimitInSeconds) &&
		sameValue(asked.ContinuousCapture, got.ContinuousCapture) &&
		sameSettings(asked.CaptureSettings, got.CaptureSettings) &&
		sameScope(asked, got)
}

func sameValue[T comparable](asked, got *T) bool {
	return asked == nil || got != nil && *asked == *got
}

func sameText(asked, got *string, same func(a, b string) bool) bool {
	return text(asked) == "" || same(text(asked), text(got))
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func exactly(a, b string) bool { return a == b }

func sameStorage(asked, got *armnetwork.PacketCaptureStorageLocation) bool {
	if asked == nil || got == nil {
		return asked == nil
	}
	return sameText(asked.StorageID, got.StorageID, SameID) &&
		sameText(asked.StoragePath, got.StoragePath, strings.EqualFold) &&
		sameText(asked.FilePath, got.FilePath, exactly) &&
		sameText(asked.LocalPath, got.LocalPath, exactly)
}

func sameSettings(asked, got *armnetwork.PacketCaptureSettings) bool {
	if asked == nil || got == nil {
		return asked == nil
	}
	return sameValue(asked.FileCount, got.FileCount) &&
		sameValue(asked.FileSizeInBytes, got.FileSizeInBytes) &&
		sameValue(asked.SessionTimeLimitInSeconds, got.SessionTimeLimitInSeconds)
}

// filter is a filter in the service's spelling, in which absent is "".
type filter struct{ protocol, localIP, localPort, remoteIP, remotePort string }

func sameFilters(asked, got []*armnetwork.PacketCaptureFilter) bool {
	return slices.Equal(normalFilters(asked), normalFilters(got))
}

func normalFilters(filters []*armnetwork.PacketCaptureFilter) []filter {
	normal := make([]filter, 0, len(filters))
	for _, f := range filters {
		if f == nil {
			continue
		}
		protocol := armnetwork.PcProtocolAny
		if f.Protocol != nil && *f.Protocol != "" {
			protocol = *f.Protocol
		}
		normal = append(normal, filter{
			fold(string(protocol)), text(f.LocalIPAddress), text(f.LocalPort), text(f.RemoteIPAddress), text(f.RemotePort),
		})
	}
	return normal
}

func sameScope(asked *armnetwork.PacketCaptureParameters, got *armnetwork.PacketCaptureResultProperties) bool {
	var askedScope, gotScope armnetwork.PacketCaptureMachineScope
	if asked.Scope != nil {
		askedScope = *asked.Scope
	}
	if got.Scope != nil {
		gotScope = *got.Scope
	}
	target := text(asked.Target)
	return slices.Equal(normalInstances(target, askedScope.Include), normalInstances(target, gotScope.Include)) &&
		slices.Equal(normalInstances(target, askedScope.Exclude), normalInstances(target, gotScope.Exclude))
}

func normalInstances(target string, instances []*string) []string {
	normal := make([]string, 0, len(instances))
	scaleSet, err := ParseTargetID(target)
	for _, instance := range instances {
		id := text(instance)
		if err == nil {
			if full, instanceErr := scaleSet.InstanceID(id); instanceErr == nil {
				id = full
			}
		}
		normal = append(normal, fold(id))
	}
	slices.Sort(normal)
	return normal
}
