package cfw

import (
	"time"
)

// Task is one capture task as the list shows it (the vendor's CaptureTaskVO).
// The service may leave out any member; what it left out is zero, unless
// said otherwise.
type Task struct {
	ID   string
	Name string
	// Status is StatusNotTold when the record has none.
	Status            Status
	DurationInMinutes int64
	MaxPackets        int64
	Protocol          Protocol

	SourceAddress, DestinationAddress             string
	SourceAddressFamily, DestinationAddressFamily AddressFamily
	// SourcePort and DestinationPort are a port or a range; empty is any.
	SourcePort, DestinationPort string

	// CaptureSize is text such as "500kb"; it is empty until the capture has
	// ended.
	CaptureSize string
	// CreatedDate and ModifiedDate are the service's text
	// "2024/08/31 10:17:30", whose time zone is not documented.
	CreatedDate, ModifiedDate string
	// RemainingDays is how long the record will still be kept; nil when not
	// told.
	RemainingDays *int64
	// Deleted marks the record of a task that is gone.
	Deleted bool
}

// Retention is how long the service keeps a task's record, counted from its
// creation.
const Retention = 7 * 24 * time.Hour

// dateLayout is how the service writes dates.
const dateLayout = "2006/01/02 15:04:05"

// RetentionOver reports whether a task of that created_date that is no longer
// listed is old enough for its record to have aged out. The dates name no time
// zone, so the earliest moment that they can mean counts. Without a readable date it
// is false.
func RetentionOver(createdDate string, now time.Time) bool {
	const earliestZone = 14 * time.Hour
	created, err := time.Parse(dateLayout, createdDate)
	return err == nil && !now.Before(created.Add(Retention-earliestZone))
}

// CreateRequest describes a capture task to be made (CaptureTaskDto).
type CreateRequest struct {
	Name              string
	DurationInMinutes int64
	// MaxPackets ends the capture early; 1 to 1,000,000.
	MaxPackets int64
	// SourceAddress and DestinationAddress are of the same family.
	SourceAddress, DestinationAddress string
	Protocol                          Protocol
	// SourcePort and DestinationPort are a port or a range; empty is any.
	SourcePort, DestinationPort string
}

// MaxPackets is the largest packet limit.
const MaxPackets = 1_000_000

// matches reports whether a listed task can be the one that the request
// made: same name, and no parameter that contradicts. The service may write
// addresses and ports differently, or leave members out.
func (r CreateRequest) matches(t Task) bool {
	return t.Name == r.Name &&
		agree(t.DurationInMinutes, r.DurationInMinutes) && agree(t.MaxPackets, r.MaxPackets) && agree(t.Protocol, r.Protocol) &&
		sameAddress(t.SourceAddress, r.SourceAddress) && sameAddress(t.DestinationAddress, r.DestinationAddress) &&
		SamePort(t.SourcePort, r.SourcePort) && SamePort(t.DestinationPort, r.DestinationPort)
}

func agree[N ~int | ~int64](told, wanted N) bool { return told == 0 || told == wanted }

func sameAddress(told, wanted string) bool {
	return told == "" || SameAddress(told, wanted)
}

// SameAddress reports whether two IP addresses or CIDR blocks are the same,
// however they are written.
func SameAddress(a, b string) bool {
	if a == b {
		return true
	}
	first, ok1 := parseAddress(a)
	second, ok2 := parseAddress(b)
	return ok1 && ok2 && first == second
}

// SamePort reports whether two port filters mean the same: nothing, and
// the whole range, both mean any port.
func SamePort(a, b string) bool {
	const all = "1-65535"
	if a == all {
		a = ""
	}
	if b == all {
		b = ""
	}
	return a == b
}
