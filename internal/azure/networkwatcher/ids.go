package networkwatcher

import (
	"fmt"
	"strings"
	"unicode"
)

// WatcherID names a network watcher.
type WatcherID struct {
	SubscriptionID    string
	ResourceGroupName string
	Name              string
}

// PacketCaptureID names a packet capture of a network watcher.
type PacketCaptureID struct {
	Watcher WatcherID
	Name    string
}

// The shapes of Resource Manager ids, with a name for each segment that may
// be anything.
const (
	watcherShape        = "/subscriptions/{subscription}/resourceGroups/{resource group}/providers/Microsoft.Network/networkWatchers/{network watcher}"
	packetCaptureShape  = watcherShape + "/packetCaptures/{packet capture}"
	computeShape        = "/subscriptions/{subscription}/resourceGroups/{resource group}/providers/Microsoft.Compute/"
	virtualMachineShape = computeShape + "virtualMachines/{virtual machine}"
	scaleSetShape       = computeShape + "virtualMachineScaleSets/{scale set}"
	instanceShape       = scaleSetShape + "/virtualMachines/{instance}"
	storageAccountShape = "/subscriptions/{subscription}/resourceGroups/{resource group}/providers/Microsoft.Storage/storageAccounts/{storage account}"
)

// ParseWatcherID reads the Resource Manager id of a network watcher. Fixed
// segments match in any casing; the error says what was expected.
func ParseWatcherID(id string) (WatcherID, error) {
	names, ok := match(watcherShape, id)
	if !ok {
		return WatcherID{}, wrongShape("a network watcher", watcherShape, id)
	}
	return WatcherID{SubscriptionID: names[0], ResourceGroupName: names[1], Name: names[2]}, nil
}

// ParsePacketCaptureID reads the Resource Manager id of a packet capture.
// Fixed segments match in any casing; the error says what was expected.
func ParsePacketCaptureID(id string) (PacketCaptureID, error) {
	names, ok := match(packetCaptureShape, id)
	if !ok {
		return PacketCaptureID{}, wrongShape("a packet capture", packetCaptureShape, id)
	}
	watcher := WatcherID{SubscriptionID: names[0], ResourceGroupName: names[1], Name: names[2]}
	return PacketCaptureID{Watcher: watcher, Name: names[3]}, nil
}

// String returns the id in Resource Manager's own casing.
func (id WatcherID) String() string {
	return format(watcherShape, id.SubscriptionID, id.ResourceGroupName, id.Name)
}

// Equal compares as Resource Manager does: casing makes no difference.
func (id WatcherID) Equal(other WatcherID) bool { return SameID(id.String(), other.String()) }

// key is equal for equal ids.
func (id WatcherID) key() string { return fold(id.String()) }

// String returns the id in Resource Manager's own casing.
func (id PacketCaptureID) String() string {
	return format(packetCaptureShape, id.Watcher.SubscriptionID, id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name)
}

// Equal compares as Resource Manager does: casing makes no difference.
func (id PacketCaptureID) Equal(other PacketCaptureID) bool {
	return SameID(id.String(), other.String())
}

// SameID reports whether two Resource Manager ids or names are the same:
// casing makes no difference.
func SameID(a, b string) bool { return fold(a) == fold(b) }

// fold maps ids that are the same to one key.
func fold(id string) string { return strings.ToLower(id) }

func wrongShape(what, shape, id string) error {
	return fmt.Errorf("%q is not the id of %s; it must look like %s", id, what, shape)
}

// match returns the values of a shape's named segments.
func match(shape, id string) ([]string, bool) {
	want, got := strings.Split(shape, "/"), strings.Split(id, "/")
	if len(want) != len(got) {
		return nil, false
	}
	var values []string
	for i, segment := range want {
		switch {
		case strings.HasPrefix(segment, "{"):
			if !isName(got[i]) {
				return nil, false
			}
			values = append(values, got[i])
		case !SameID(segment, got[i]):
			return nil, false
		}
	}
	return values, true
}

// CheckName tells why an object cannot have a name, or nil: what no id can
// hold could be created, and never be addressed again.
func CheckName(name string) error {
	if !isName(name) || strings.Contains(name, "/") {
		return fmt.Errorf("%q is no name: the id of an object cannot hold it", name)
	}
	return nil
}

// isName refuses what could change the meaning of a URL that the name
// becomes part of.
func isName(segment string) bool {
	if segment == "" || segment == "." || segment == ".." || strings.TrimSpace(segment) != segment {
		return false
	}
	return !strings.ContainsFunc(segment, func(r rune) bool {
		return unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune(`?#%\{}`, r)
	})
}

func format(shape string, values ...string) string {
	segments := strings.Split(shape, "/")
	next := 0
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = values[next]
			next++
		}
	}
	return strings.Join(segments, "/")
}
