package capturesummary

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// captureFinder finds the files of an Azure packet capture.
type captureFinder struct {
	captures *networkwatcher.Client
	blobs    *blob.Client
	clock    wait.Clock
	log      func(ctx context.Context, message string, fields map[string]any)
}

// errNotStored means that no storage account gets the capture's file.
var errNotStored = errors.New("the capture is written to the machine only: its storage_location has no storage_account_id. Fetch the file from the machine, and use source.files")

// inputs waits until the capture's session has ended and its files are there.
func (f *captureFinder) inputs(ctx context.Context, id networkwatcher.PacketCaptureID) ([]input, error) {
	capture, err := f.captures.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	properties := capture.Properties
	if properties == nil || properties.StorageLocation == nil || value(properties.StorageLocation.StorageID) == "" {
		return nil, errNotStored
	}
	status, err := f.captures.WaitEnded(ctx, id, func(ctx context.Context, _ *armnetwork.PacketCaptureQueryStatusResult) {
		f.log(ctx, "The packet capture still runs; its files come when it has ended", map[string]any{"packet_capture": id.Name})
	})
	if err != nil {
		return nil, err
	}
	place, err := placeOf(properties)
	if err != nil {
		return nil, err
	}
	times, err := f.timesOf(ctx, id, capture, status)
	if err != nil {
		return nil, err
	}
	var found, before []blob.Blob
	several := properties.ContinuousCapture != nil || properties.TargetType != nil && *properties.TargetType == armnetwork.PacketCaptureTargetTypeAzureVMSS
	waiter := wait.Waiter{Clock: f.clock, Interval: wait.OwnPace()}
	err = waiter.Until(ctx, fmt.Sprintf("the files of packet capture %q in storage", id.Name), func(ctx context.Context) (wait.Progress, error) {
		listed, err := f.blobs.List(ctx, place.container, place.prefix)
		if err != nil && !blob.IsNotFound(err) {
			return wait.Progress{}, err
		}
		before = found
		found = slices.DeleteFunc(listed, func(b blob.Blob) bool { return !place.owns(b, times) })
		if len(found) == 0 {
			f.log(ctx, "The packet capture has ended; its files are not in storage yet", map[string]any{"packet_capture": id.Name})
		}
		// Nobody says how many files there will be: two looks have to agree.
		settled := !several || slices.Equal(found, before)
		state := fmt.Sprintf("%d of its files below %s/%s%s", len(found), place.container, place.prefix, reasons(status))
		if len(found) == 0 {
			state += " (the agent stores nothing where the storage account forbids shared keys)"
		}
		return wait.Progress{Done: len(found) > 0 && settled, State: state}, nil
	})
	if err != nil {
		return nil, err
	}
	return inputsOf(f.blobs, found), nil
}

// reasons are the session's own errors.
func reasons(status *armnetwork.PacketCaptureQueryStatusResult) string {
	if problems := networkwatcher.Errors(status); len(problems) > 0 {
		return "; the session reports " + strings.Join(problems, ", ")
	}
	return ""
}

func value(of *string) string {
	if of == nil {
		return ""
	}
	return *of
}

// place is where a capture's files are.
type place struct {
	container blob.Reference
	prefix    string
	// base is how the names of the files begin behind the last slash.
	base string
	// anywhere accepts files in folders between prefix and name, as those of the
	// instances of a scale set.
	anywhere bool
}

// defaultContainer is where captures go for which only an account was given.
const defaultContainer = "network-watcher-logs"

// placeOf works the place out of storage_path. For scale sets the service gives
// none: there the target's folder is searched.
//
// Source: https://learn.microsoft.com/azure/network-watcher/packet-capture-manage
func placeOf(p *armnetwork.PacketCaptureResultProperties) (place, error) {
	location := value(p.StorageLocation.StoragePath)
	if location == "" {
		account := path.Base(value(p.StorageLocation.StorageID))
		return place{
			container: blob.Reference{Origin: "https://" + account + ".blob.core.windows.net", Container: defaultContainer},
			prefix:    strings.ToLower(strings.TrimPrefix(value(p.Target), "/")) + "/", anywhere: true,
		}, nil
	}
	reference, err := blob.Parse(location)
	if err != nil {
		if parsed, parseErr := url.Parse(location); parseErr == nil {
			location = parsed.Host + parsed.Path
		}
		return place{}, fmt.Errorf("storage_path %q: %w", location, err)
	}
	name := strings.TrimSuffix(reference.Name, path.Ext(reference.Name))
	found := place{container: reference, prefix: name, base: path.Base(name)}
	found.container.Name = ""
	if p.TargetType != nil && *p.TargetType == armnetwork.PacketCaptureTargetTypeAzureVMSS {
		// Each instance has a folder of its own, whose place is not documented.
		found.prefix, found.anywhere = strings.TrimSuffix(path.Dir(name), ".")+"/", true
	}
	return found, nil
}

// owns reports whether a blob is a file of the capture: the name itself, or with
// the number of a ring's file behind it.
func (p place) owns(b blob.Blob, times times) bool {
	base := path.Base(b.Reference.Name)
	if p.base == "" {
		return times.hold(b.LastModified)
	}
	rest, found := strings.CutPrefix(base, p.base)
	if !found || !p.anywhere && path.Dir(b.Reference.Name) != path.Dir(p.prefix) {
		return false
	}
	number := strings.TrimSuffix(rest, path.Ext(rest))
	return strings.Trim(number, "_-0123456789") == ""
}

// inputsOf names the files from where their names begin to differ, in the order of
// their times and numbers.
func inputsOf(client *blob.Client, found []blob.Blob) []input {
	sortBlobs(found)
	common := path.Dir(found[0].Reference.Name)
	for _, b := range found {
		for common != "." && !strings.HasPrefix(b.Reference.Name, common+"/") {
			common = path.Dir(common)
		}
	}
	inputs := make([]input, 0, len(found))
	for _, b := range found {
		name := b.Reference.Name
		if common != "." {
			name = strings.TrimPrefix(name, common+"/")
		}
		inputs = append(inputs, blobInput(client, b.Reference, name, b.SizeBytes))
	}
	return inputs
}

func sortBlobs(blobs []blob.Blob) {
	slices.SortStableFunc(blobs, func(x, y blob.Blob) int { return compareNames(x.Reference.Name, y.Reference.Name) })
}

// compareNames sorts web_2 before web_10.
func compareNames(x, y string) int {
	for x != "" && y != "" {
		xDigits, yDigits := digits(x), digits(y)
		if xDigits != "" && yDigits != "" {
			xNumber, yNumber := strings.TrimLeft(xDigits, "0"), strings.TrimLeft(yDigits, "0")
			if len(xNumber) != len(yNumber) {
				return len(xNumber) - len(yNumber)
			}
			if order := strings.Compare(xNumber, yNumber); order != 0 {
				return order
			}
			x, y = x[len(xDigits):], y[len(yDigits):]
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	return len(x) - len(y)
}

func digits(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
}
