package arm

import (
	"io"
	"maps"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// storedFile is a file that the agent brought to a storage account when its
// session had ended. It stays when the capture is deleted.
type storedFile struct {
	account, container, name string
	at                       time.Time
	file                     traffic.File
}

// Blobs implements blob.Source: the files of the captures that have ended.
func (s *Service) Blobs() []blob.Blob {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	files := slices.Clone(s.files)
	for _, watcher := range s.inventory.watchers {
		for _, c := range watcher.captures {
			files = append(files, s.filesOf(c)...)
		}
	}
	blobs := make([]blob.Blob, 0, len(files))
	for _, f := range files {
		blobs = append(blobs, blob.Blob{Account: f.account, Container: f.container, Name: f.name, LastModified: f.at.Truncate(time.Second), Write: func(to io.Writer) error {
			_, _, err := f.file.Write(to)
			return err
		}})
	}
	return append(blobs, s.gatewayBlobs()...)
}

// gatewayBlobs are the files of firewalls and gateways, the newest first, which is
// the one that counts if several have one name.
func (s *Service) gatewayBlobs() []blob.Blob {
	blobs := slices.Clone(s.keptBlobs)
	for _, firewall := range s.inventory.firewalls {
		blobs = append(blobs, firewall.Blobs(s.core.Clock.Now())...)
	}
	for _, gateway := range s.inventory.gateways.All() {
		blobs = append(blobs, gateway.Blobs()...)
	}
	slices.SortStableFunc(blobs, func(x, y blob.Blob) int { return y.LastModified.Compare(x.LastModified) })
	return blobs
}

// keepFiles keeps the files of a capture that is deleted. The agent stops, and
// brings what it has.
func (s *Service) keepFiles(c *capture) {
	s.endSession(c, stopReasonManual)
	s.files = append(s.files, s.filesOf(c)...)
}

// filesOf returns what a session has stored, which is nothing while it runs.
func (s *Service) filesOf(c *capture) []storedFile {
	end := s.ending(c)
	if c.account == nil || !c.account.sharedKeys || end == nil || c.properties.ProvisioningState == provisioningFailed ||
		end.reason == stopReasonError || !c.startsAt.Before(end.at) {
		return nil
	}
	stored := end.at.Add(s.switches.Duration(SwitchFileDelay))
	if s.core.Clock.Now().Before(stored.Add(s.storageDelay(end))) {
		return nil
	}
	location, err := url.Parse(c.storedAt)
	if err != nil {
		return nil
	}
	container, name, _ := strings.Cut(strings.TrimPrefix(location.Path, "/"), "/")
	base := storedFile{account: c.account.name, container: container, name: name, at: stored}
	base.file = traffic.File{From: c.startsAt, To: end.at, SnapLength: int(c.properties.BytesToCapturePerPacket)}
	if limit := c.properties.TotalBytesPerSession; limit != nil {
		base.file.MaxBytes = *limit
	}
	var files []storedFile
	for instance, target := range c.targets() {
		f := base
		f.file.Target, f.file.Selects = target, selects(c.properties.Filters, target)
		if instance != "" {
			f.name = path.Join(path.Dir(name), instance, path.Base(name))
		}
		files = append(files, ring(f, c.properties)...)
	}
	slices.SortFunc(files, func(x, y storedFile) int { return strings.Compare(x.name, y.name) })
	return files
}

// ring splits a continuous capture into the last files of its ring. What Azure
// calls them is not known: here the number stands behind the name.
func ring(whole storedFile, p CaptureProperties) []storedFile {
	if p.ContinuousCapture == nil || p.CaptureSettings == nil {
		return []storedFile{whole}
	}
	size, count := int64(defaultFileSize), int64(defaultFileCount)
	if p.CaptureSettings.FileSizeInBytes != nil {
		size = *p.CaptureSettings.FileSizeInBytes
	}
	if p.CaptureSettings.FileCount != nil {
		count = *p.CaptureSettings.FileCount
	}
	extension := path.Ext(whole.name)
	var files []storedFile
	for number, more := 1, true; more; number++ {
		part := whole
		part.name = strings.TrimSuffix(whole.name, extension) + "_" + strconv.Itoa(number) + extension
		part.file.MaxBytes = size
		packets, another, err := part.file.Write(io.Discard)
		if err != nil || packets == 0 && number > 1 {
			break
		}
		files = append(files, part)
		whole.file.Skip += packets
		more = another && packets > 0
	}
	return files[max(len(files)-int(count), 0):]
}

// targets are the machines whose packets a capture takes, by instance; a virtual
// machine has none.
func (c *capture) targets() map[string]traffic.Target {
	if !c.machine.scaleSet {
		return map[string]traffic.Target{"": c.machine.addresses(0)}
	}
	wanted := c.properties.Scope.Include
	targets := map[string]traffic.Target{}
	for i, instance := range slices.Sorted(maps.Keys(c.machine.instances)) {
		is := func(id string) bool { return instanceID(id) == instance }
		if !c.machine.instances[instance] || len(wanted) > 0 && !slices.ContainsFunc(wanted, is) || slices.ContainsFunc(c.properties.Scope.Exclude, is) {
			continue
		}
		targets["virtualmachines/"+instance] = c.machine.addresses(i)
	}
	return targets
}

// addresses are those of a machine, or of one instance of a scale set. The first
// one has what the instance metadata says.
func (m *machine) addresses(instance int) traffic.Target {
	host := byte(4)
	if m.scaleSet {
		host = byte(100 + instance) //nolint:gosec // a few instances
	}
	var v6 [16]byte
	copy(v6[:], []byte{0xfd, 0})
	v6[15] = host
	return traffic.Target{IPv4: netip.AddrFrom4([4]byte{10, 1, 0, host}), IPv6: netip.AddrFrom16(v6)}
}
