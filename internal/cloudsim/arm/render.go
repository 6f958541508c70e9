package arm

import (
	"slices"
	"strings"
)

const (
	captureType       = "Microsoft.Network/networkWatchers/packetCaptures"
	undocumentedValue = "1.4.3713.1"
)

// render is the capture as answers of an api-version show it now.
func (s *Service) render(c *capture, version string) captureBody {
	properties := c.properties
	properties.Target = s.casing(properties.Target, c.machine.id)
	if c.account != nil {
		properties.StorageLocation.StorageID = s.casing(properties.StorageLocation.StorageID, c.account.id)
	}
	properties.Scope = &Scope{Include: s.instanceCasing(c, properties.Scope.Include), Exclude: s.instanceCasing(c, properties.Scope.Exclude)}
	properties.Filters = slices.Clone(properties.Filters)
	for i := range properties.Filters {
		s.renderFilter(&properties.Filters[i])
	}
	if s.switches.On(SwitchUndocumentedMembers) {
		properties.Undocumented = undocumentedValue
	}
	properties.restrictTo(version)
	return captureBody{
		Name: c.name, ID: s.casing(c.id(), c.id()), ETag: c.watcher.etag,
		Properties: properties, Type: captureType,
	}
}

// restrictTo removes the members that an api-version does not have.
func (p *CaptureProperties) restrictTo(version string) {
	if version <= lastWithoutScope {
		p.Scope, p.TargetType = nil, ""
	}
	if version < firstWithContinuous {
		p.ContinuousCapture, p.CaptureSettings, p.StorageLocation.LocalPath = nil, nil, ""
	}
}

// casing writes an id as the switch says.
func (s *Service) casing(asGiven, canonical string) string {
	switch s.switches.Get(SwitchIDCasing) {
	case casingLower:
		return strings.ToLower(asGiven)
	case casingCanonical:
		return canonical
	default:
		return asGiven
	}
}

func (s *Service) instanceCasing(c *capture, ids []string) []string {
	result := []string{}
	for _, id := range ids {
		canonical := id
		if strings.Contains(id, "/") {
			canonical = c.machine.id + instanceSegment + instanceID(id)
		}
		result = append(result, s.casing(id, canonical))
	}
	return result
}

func (s *Service) renderFilter(filter *Filter) {
	if s.switches.Get(SwitchProtocolCasing) == casingLower {
		filter.Protocol = strings.ToLower(filter.Protocol)
	}
	if s.switches.Get(SwitchUnsetFilterMembers) != "absent" {
		return
	}
	for _, member := range []**string{&filter.LocalIPAddress, &filter.LocalPort, &filter.RemoteIPAddress, &filter.RemotePort} {
		if *member != nil && **member == "" {
			*member = nil
		}
	}
}
