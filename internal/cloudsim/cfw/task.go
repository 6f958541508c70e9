package cfw

import (
	"fmt"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// The vendor's status numbers.
const (
	statusFailed    = 0
	statusCompleted = 1
	statusRunning   = 2
	statusStopped   = 4
	statusStopping  = 5
)

// task is one capture task. Its state at any moment follows from these
// times; a zero time means never.
type task struct {
	id         string
	firewallID string
	spec       spec
	// passing is what goes through the firewall.
	passing traffic.Stream

	createdAt, visibleAt time.Time
	// endsAt is when the duration or the packet limit ends the capture.
	endsAt time.Time
	// stoppingAt and stoppedAt frame a stop.
	stoppingAt, stoppedAt time.Time
	failedAt              time.Time
	// unlistedAt is when a deletion shows in the list, forgottenAt when the
	// deleted record is no longer listed at all.
	deletedAt, unlistedAt, forgottenAt time.Time
	// status, when set, is shown whatever the times say.
	status *int
	// completedStatus is the number for a capture that ended by itself.
	completedStatus int
	retentionDays   int
	// measured is the size in bytes of the file of a capture that ended at measuredAt.
	measured   int64
	measuredAt time.Time
}

func reached(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

func (t *task) statusAt(now time.Time) int {
	switch {
	case t.status != nil:
		return *t.status
	case reached(t.failedAt, now):
		return statusFailed
	case reached(t.stoppedAt, now):
		return statusStopped
	case reached(t.stoppingAt, now):
		return statusStopping
	case now.Before(t.endsAt):
		return statusRunning
	}
	return t.completedStatus
}

// occupies reports whether the task counts against the limit of running
// captures.
func (t *task) occupies(now time.Time) bool {
	status := t.statusAt(now)
	return t.deletedAt.IsZero() && !t.expired(now) && (status == statusRunning || status == statusStopping)
}

func (t *task) modifiedAt(now time.Time) time.Time {
	latest := t.createdAt
	for _, at := range []time.Time{t.failedAt, t.stoppingAt, t.stoppedAt, t.deletedAt} {
		if reached(at, now) && at.After(latest) {
			latest = at
		}
	}
	if latest.Equal(t.createdAt) && reached(t.endsAt, now) {
		return t.endsAt
	}
	return latest
}

func (t *task) daysOld(now time.Time) int { return int(now.Sub(t.createdAt) / (24 * time.Hour)) }

// expired reports whether the record's retention is over.
func (t *task) expired(now time.Time) bool { return t.daysOld(now) > t.retentionDays }

// known reports whether the service itself still has the task.
func (t *task) known(now time.Time) bool { return t.deletedAt.IsZero() && !t.expired(now) }

// listed reports whether the list shows the task, as deleted or not.
func (t *task) listed(now time.Time) bool {
	return reached(t.visibleAt, now) && !t.expired(now) && !reached(t.forgottenAt, now)
}

func (t *task) captureSize(now time.Time) string {
	switch t.statusAt(now) {
	case statusRunning, statusStopping:
		return "--"
	}
	// Nobody documents how the service rounds.
	const kilobyte = 1024
	return fmt.Sprintf("%dkb", (t.sizeBytes(now)+kilobyte-1)/kilobyte)
}

// record is the vendor's CaptureTaskVO. The definition spells the
// destination "dest_", and is flat where the request is nested.
func (t *task) record(now time.Time, offset time.Duration, omittedPort string) map[string]any {
	const layout = "2006/01/02 15:04:05"
	zone := time.FixedZone("", int(offset/time.Second))
	port := func(given string) string {
		if given == "" {
			return omittedPort
		}
		return given
	}
	deleted := 0
	if reached(t.unlistedAt, now) {
		deleted = 1
	}
	return map[string]any{
		"task_id": t.id, "name": t.spec.name, "status": t.statusAt(now),
		"duration": t.spec.duration, "max_packets": t.spec.maxPackets, "protocol": t.spec.protocol,
		"source_address": t.spec.source.text, "source_address_type": t.spec.source.kind, "source_port": port(t.spec.sourcePort),
		"dest_address": t.spec.destination.text, "dest_address_type": t.spec.destination.kind, "dest_port": port(t.spec.destinationPort),
		"capture_size": t.captureSize(now), "is_deleted": deleted,
		"created_date": t.createdAt.In(zone).Format(layout), "modified_date": t.modifiedAt(now).In(zone).Format(layout),
		"remaining_days": max(0, t.retentionDays-t.daysOld(now)),
	}
}
