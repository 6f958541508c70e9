package arm

import (
	"fmt"
	"strings"
	"time"
)

// normalise fills in a validated capture's properties as the service does.
func (s *Service) normalise(c *capture, p *requestProperties) {
	c.properties = CaptureProperties{
		ProvisioningState:       provisioningUpdating,
		Target:                  *p.Target,
		Scope:                   s.normalScope(c, p.Scope),
		TargetType:              targetVM,
		BytesToCapturePerPacket: *orDefault(p.BytesToCapturePerPacket, 0),
		StorageLocation: StorageLocation{
			StorageID:   p.StorageLocation.StorageID,
			StoragePath: p.StorageLocation.StoragePath,
			FilePath:    p.StorageLocation.FilePath,
			LocalPath:   p.StorageLocation.LocalPath,
		},
		ContinuousCapture: p.ContinuousCapture,
		Filters:           normalFilters(p.Filters),
	}
	if c.machine.scaleSet {
		c.properties.TargetType = targetScaleSet
	}
	if c.account != nil && p.StorageLocation.StoragePath == "" {
		c.properties.StorageLocation.StoragePath = s.freeStoragePath(c)
	}
	c.storedAt = c.properties.StorageLocation.StoragePath
	if p.StorageLocation.StoragePath == "" && c.machine.scaleSet && s.switches.Get(SwitchScaleSetPath) == "empty" {
		c.properties.StorageLocation.StoragePath = ""
	}
	if p.ContinuousCapture == nil {
		c.properties.TotalBytesPerSession = orDefault(p.TotalBytesPerSession, defaultTotalBytes)
		c.properties.TimeLimitInSeconds = orDefault(p.TimeLimitInSeconds, defaultTimeLimit)
		return
	}
	c.properties.CaptureSettings = s.normalSettings(p.CaptureSettings)
}

func orDefault(value *int64, byDefault int64) *int64 {
	if value == nil {
		return &byDefault
	}
	return value
}

func (s *Service) normalSettings(asked *requestSettings) *CaptureSettings {
	fill := s.switches.Get(SwitchCaptureSettings) == "filled"
	if asked == nil {
		if !fill {
			return nil
		}
		asked = &requestSettings{}
	}
	settings := CaptureSettings(*asked)
	if fill {
		settings.FileCount = orDefault(settings.FileCount, defaultFileCount)
		settings.FileSizeInBytes = orDefault(settings.FileSizeInBytes, defaultFileSize)
		settings.SessionTimeLimitInSeconds = orDefault(settings.SessionTimeLimitInSeconds, defaultSessionTimeLimit)
	}
	return &settings
}

func (s *Service) normalScope(c *capture, asked *requestScope) *Scope {
	scope := &Scope{Include: []string{}, Exclude: []string{}}
	if asked == nil {
		return scope
	}
	full := s.switches.Get(SwitchInstanceIDs) == "full"
	normal := func(ids []string) []string {
		result := []string{}
		for _, id := range ids {
			if full && !strings.Contains(id, "/") {
				id = c.machine.id + instanceSegment + id
			}
			result = append(result, id)
		}
		return result
	}
	return &Scope{Include: normal(asked.Include), Exclude: normal(asked.Exclude)}
}

func normalFilters(asked []requestFilter) []Filter {
	filters := []Filter{}
	for _, filter := range asked {
		protocol, _ := normalProtocol(filter.Protocol)
		filters = append(filters, Filter{
			Protocol:       protocol,
			LocalIPAddress: &filter.LocalIPAddress, LocalPort: &filter.LocalPort,
			RemoteIPAddress: &filter.RemoteIPAddress, RemotePort: &filter.RemotePort,
		})
	}
	return filters
}

// freeStoragePath is one that no other capture of the machine has: two can be made
// within a millisecond.
func (s *Service) freeStoragePath(c *capture) string {
	taken := func(path string) bool {
		for _, parent := range s.inventory.watchers {
			for _, other := range parent.captures {
				if other != c && other.storedAt == path {
					return true
				}
			}
		}
		return false
	}
	at := s.core.Clock.Now()
	for taken(storagePath(c.account.name, c.machine.id, at)) {
		at = at.Add(time.Millisecond)
	}
	return storagePath(c.account.name, c.machine.id, at)
}

// storagePath is where the service puts a capture for which only an account
// was given.
//
// Source: https://learn.microsoft.com/azure/network-watcher/packet-capture-manage
func storagePath(account, machineID string, at time.Time) string {
	return fmt.Sprintf("https://%s.blob.core.windows.net/network-watcher-logs%s/%s/packetcapture_%s_%03d.cap",
		account, strings.ToLower(machineID), at.Format("2006/01/02"), at.Format("15_04_05"), at.Nanosecond()/int(time.Millisecond))
}
