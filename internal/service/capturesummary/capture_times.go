package capturesummary

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

// times are when the files of a capture were stored: from a time on, and before
// another, which is zero if there is no such limit.
type times struct{ from, before time.Time }

// hold reports whether a time is one of them. Blobs have whole seconds.
func (t times) hold(at time.Time) bool {
	return !t.from.IsZero() && !at.Before(t.from.Truncate(time.Second)) && (t.before.IsZero() || at.Before(t.before.Truncate(time.Second)))
}

// timesOf is how the files of a scale set's capture are known for which the service
// tells no path: only the time tells them from those of other captures of the scale
// set. It is an error if another one may have run at the same time. A capture that
// was deleted meanwhile is not seen.
func (f *captureFinder) timesOf(ctx context.Context, id networkwatcher.PacketCaptureID, capture *armnetwork.PacketCaptureResult, status *armnetwork.PacketCaptureQueryStatusResult) (times, error) {
	mine := sessionOf(capture.Properties, status)
	found := times{from: mine.from}
	if !sharesFolder(capture.Properties, capture.Properties) {
		return found, nil
	}
	all, err := f.captures.List(ctx, id.Watcher)
	if err != nil {
		return times{}, err
	}
	for _, other := range all {
		name := value(other.Name)
		if strings.EqualFold(name, id.Name) || !sharesFolder(capture.Properties, other.Properties) {
			continue
		}
		status, err := f.captures.Status(ctx, networkwatcher.PacketCaptureID{Watcher: id.Watcher, Name: name})
		if err != nil {
			return times{}, err
		}
		its := sessionOf(other.Properties, status)
		if mine.overlaps(its) {
			return times{}, fmt.Errorf("packet captures %q and %q of the same scale set may have run at the same time, and the service tells no path for them: their files cannot be told apart. "+
				"Give each capture its own storage_location.storage_path, or name the files in source.azure_blob_urls", id.Name, name)
		}
		if its.from.After(mine.from) && (found.before.IsZero() || its.from.Before(found.before)) {
			found.before = its.from
		}
	}
	return found, nil
}

// sharesFolder reports whether two captures are stored in the folder of the same
// scale set, under names that the service does not tell.
func sharesFolder(x, y *armnetwork.PacketCaptureResultProperties) bool {
	same := func(a, b *string) bool { return strings.EqualFold(value(a), value(b)) }
	return x != nil && y != nil && x.StorageLocation != nil && y.StorageLocation != nil && same(x.Target, y.Target) &&
		value(x.StorageLocation.StoragePath) == "" && value(y.StorageLocation.StoragePath) == "" &&
		value(x.StorageLocation.StorageID) != "" && same(x.StorageLocation.StorageID, y.StorageLocation.StorageID)
}

// session is when a capture may have run. What is not known is zero.
type session struct{ from, to time.Time }

// sessionOf takes the longest time that the capture may last: when it was stopped
// before is not told.
func sessionOf(p *armnetwork.PacketCaptureResultProperties, status *armnetwork.PacketCaptureQueryStatusResult) session {
	if status == nil || status.CaptureStartTime == nil {
		return session{}
	}
	limit := p.TimeLimitInSeconds
	found := session{from: *status.CaptureStartTime}
	if p.ContinuousCapture != nil {
		if limit = nil; p.CaptureSettings != nil {
			limit = p.CaptureSettings.SessionTimeLimitInSeconds
		}
	}
	if limit != nil {
		found.to = found.from.Add(time.Duration(*limit) * time.Second)
	}
	return found
}

func (s session) overlaps(other session) bool {
	return !s.endsBefore(other) && !other.endsBefore(s)
}

func (s session) endsBefore(other session) bool {
	return !s.to.IsZero() && !other.from.IsZero() && s.to.Before(other.from)
}
