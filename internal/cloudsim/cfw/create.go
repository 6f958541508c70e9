package cfw

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// spec is a checked CaptureTaskDto.
type spec struct {
	name                        string
	duration, maxPackets        int
	protocol                    int
	source, destination         address
	sourcePort, destinationPort string
}

type address struct {
	text string
	// kind is 0 for IPv4 and 1 for IPv6.
	kind int
}

type addressDTO struct {
	Address     *string `json:"address"`
	AddressType *int    `json:"address_type"`
	Type        *int    `json:"type"`
}

type createDTO struct {
	Name        *string     `json:"name"`
	Duration    *int32      `json:"duration"`
	MaxPackets  *int32      `json:"max_packets"`
	Source      *addressDTO `json:"source"`
	Destination *addressDTO `json:"destination"`
	Service     *struct {
		Protocol        *int   `json:"protocol"`
		SourcePort      string `json:"source_port"`
		DestinationPort string `json:"dest_port"`
	} `json:"service"`
}

const maxPackets = 1_000_000

var protocols = []int{6, 17, 1, 58, -1}

func (s *Service) createTask(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	firewall, refused := s.firewall(c)
	if refused != nil {
		return *refused
	}
	var request createDTO
	if err := json.Unmarshal(c.body, &request); err != nil {
		return refuse(codeParameter, "parameter error")
	}
	spec, refused := s.checkSpec(request)
	if refused != nil {
		return *refused
	}
	if refused := s.checkFirewall(firewall, spec); refused != nil {
		return *refused
	}
	now := s.core.Clock.Now()
	if refused := s.checkLimits(firewall, spec, now); refused != nil {
		return *refused
	}
	s.starts = append(s.starts, start{firewallID: firewall.ID, at: now})
	created := s.newTask(firewall.ID, spec, now)
	created.visibleAt = now.Add(s.switches.Duration("task_visible_after"))
	s.tasks = append(s.tasks, created)
	return accepted(firewall)
}

func (s *Service) newTask(firewallID string, spec spec, createdAt time.Time) *task {
	byDuration := createdAt.Add(time.Duration(spec.duration) * s.switches.Duration("capture_minute"))
	return &task{
		id: uuid.NewString(), firewallID: firewallID, spec: spec, passing: s.passing,
		createdAt: createdAt, visibleAt: createdAt, endsAt: s.fullAt(spec, createdAt, byDuration),
		completedStatus: s.switches.Int("completed_status"), retentionDays: s.switches.Int("retention_days"),
	}
}

func (s *Service) checkSpec(request createDTO) (spec, *answer) {
	empty, wrong := refuse(codeEmptyParameter, "empty param"), refuse(codeParameter, "parameter error")
	if request.Name == nil || *request.Name == "" || request.Duration == nil || request.MaxPackets == nil ||
		request.Service == nil || request.Service.Protocol == nil || !request.Source.complete() || !request.Destination.complete() {
		return spec{}, &empty
	}
	checked := spec{
		name: *request.Name, duration: int(*request.Duration), maxPackets: int(*request.MaxPackets), protocol: *request.Service.Protocol,
		source:      address{*request.Source.Address, *request.Source.AddressType},
		destination: address{*request.Destination.Address, *request.Destination.AddressType},
		sourcePort:  request.Service.SourcePort, destinationPort: request.Service.DestinationPort,
	}
	if len(checked.name) > s.switches.Int("name_max_length") || checked.duration < 1 ||
		checked.maxPackets < 1 || checked.maxPackets > maxPackets || !slices.Contains(protocols, checked.protocol) ||
		*request.Source.Type != 0 || *request.Destination.Type != 0 || !portOK(checked.sourcePort) || !portOK(checked.destinationPort) {
		return spec{}, &wrong
	}
	if checked.source.kind != checked.destination.kind {
		refused := refuse(codeAddressTypesVary, "inconsistent address types.")
		return spec{}, &refused
	}
	if !s.addressOK(checked.source) || !s.addressOK(checked.destination) {
		refused := refuse(codeAddressType, "address type is error.")
		return spec{}, &refused
	}
	return checked, nil
}

func (a *addressDTO) complete() bool {
	return a != nil && a.Address != nil && *a.Address != "" && a.AddressType != nil && a.Type != nil
}

func (s *Service) addressOK(given address) bool {
	parsed, err := netip.ParseAddr(given.text)
	if err != nil && s.switches.Get("cidr_addresses") == acceptIt {
		var prefix netip.Prefix
		prefix, err = netip.ParsePrefix(given.text)
		parsed = prefix.Addr()
	}
	return err == nil && (given.kind == 0 && parsed.Is4() || given.kind == 1 && parsed.Is6())
}

// portOK accepts nothing, a port, or a range of ports.
func portOK(given string) bool {
	if given == "" {
		return true
	}
	low, high, isRange := strings.Cut(given, "-")
	from, err := strconv.ParseUint(low, 10, 16)
	if err != nil || from == 0 {
		return false
	}
	if !isRange {
		return true
	}
	to, err := strconv.ParseUint(high, 10, 16)
	return err == nil && to >= from
}

func (s *Service) checkFirewall(firewall *Firewall, wanted spec) *answer {
	var refused answer
	switch {
	case firewall.Status != firewallRunning:
		refused = refuse(codeFirewallStatus, "instance status error.")
	case !firewall.SupportsCapture:
		refused = refuse(s.switches.Get("capture_unsupported_code"), "parameter error")
	case wanted.source.kind == 1 && !firewall.SupportsIPv6:
		refused = refuse(codeNoIPv6, "The engine does not support IPv6.")
	default:
		return nil
	}
	return &refused
}

func (s *Service) checkLimits(firewall *Firewall, wanted spec, now time.Time) *answer {
	running, started, sameName := 0, 0, false
	for _, other := range s.tasks {
		if other.occupies(now) && (other.firewallID == firewall.ID || s.switches.Get("running_limit_scope") == "account") {
			running++
		}
		sameName = sameName || other.firewallID == firewall.ID && other.known(now) && other.spec.name == wanted.name
	}
	offset := s.switches.Duration("utc_offset")
	today := now.Add(offset).Truncate(24 * time.Hour)
	for _, earlier := range s.starts {
		if !earlier.at.Add(offset).Before(today) && (earlier.firewallID == firewall.ID || s.switches.Get("daily_starts_scope") == "account") {
			started++
		}
	}
	var refused answer
	switch {
	case sameName && s.switches.Get("duplicate_names") == refuseIt:
		refused = refuse(codeNameConflict, "name conflict.")
	case running >= s.switches.Int("running_limit"):
		refused = refuse(s.switches.Get("running_limit_code"), "Exceeded maximum quantity limit.")
	case started >= s.switches.Int("daily_starts"):
		refused = refuse(s.switches.Get("daily_starts_code"), "Exceeded maximum quantity limit.")
	default:
		return nil
	}
	return &refused
}
