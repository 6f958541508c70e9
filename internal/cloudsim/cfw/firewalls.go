package cfw

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Firewall is one simulated firewall.
type Firewall struct {
	ID   string `json:"fwInstanceId"`
	Name string `json:"name"`
	// Status is the vendor's number; 2 is running.
	Status          int  `json:"status"`
	SupportsCapture bool `json:"supportsCapture"`
	SupportsIPv6    bool `json:"supportsIpv6"`
}

const (
	firewallRunning     = 2
	enterpriseProjectID = "0"
)

func seededFirewalls() []*Firewall {
	return []*Firewall{
		{ID: uuid.NewString(), Name: "sim-firewall", Status: firewallRunning, SupportsCapture: true, SupportsIPv6: true},
		{ID: uuid.NewString(), Name: "sim-firewall-without-capture", Status: firewallRunning, SupportsIPv6: true},
		{ID: uuid.NewString(), Name: "sim-firewall-without-ipv6", Status: firewallRunning, SupportsCapture: true},
	}
}

// FirewallID returns the id of the seeded firewall that supports everything.
func (s *Service) FirewallID() string { return s.seeded(0) }

// FirewallWithoutCaptureID returns the id of the seeded firewall that cannot
// capture.
func (s *Service) FirewallWithoutCaptureID() string { return s.seeded(1) }

// FirewallWithoutIPv6ID returns the id of the seeded firewall that knows no
// IPv6.
func (s *Service) FirewallWithoutIPv6ID() string { return s.seeded(2) }

func (s *Service) seeded(i int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.firewalls[i].ID
}

// AddFirewall adds a firewall; an empty id gets a random one.
func (s *Service) AddFirewall(firewall Firewall) Firewall {
	if firewall.ID == "" {
		firewall.ID = uuid.NewString()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.firewalls = append(s.firewalls, &firewall)
	return firewall
}

// firewall finds the firewall that a call names. The caller holds the lock.
func (s *Service) firewall(c call) (*Firewall, *answer) {
	query := c.URL.Query()
	id := query.Get("fw_instance_id")
	if id == "" {
		refused := refuse(codeEmptyParameter, "empty param")
		return nil, &refused
	}
	for _, firewall := range s.firewalls {
		if firewall.ID == id && enterpriseProjectMatches(query.Get("enterprise_project_id")) {
			return firewall, nil
		}
	}
	refused := refuse(codeNotFound, "operation content does not exist.")
	return nil, &refused
}

func enterpriseProjectMatches(id string) bool {
	return slices.Contains([]string{"", enterpriseProjectID, "default", "all_granted_eps"}, id)
}

func (s *Service) firewallDetail(c call) answer {
	query := c.URL.Query()
	page, refused := pageOf(query.Get("limit"), query.Get("offset"))
	if refused != nil {
		return *refused
	}
	if query.Get("service_type") != "0" {
		return refuse(codeParameter, "parameter error")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	records := []any{}
	for _, firewall := range s.firewalls {
		if id := query.Get("fw_instance_id"); id != "" && id != firewall.ID {
			continue
		}
		records = append(records, firewall.detail())
	}
	if len(records) == 0 && s.switches.Get("unknown_firewall_detail") == refuseIt {
		return refuse(codeNotFound, "operation content does not exist.")
	}
	return answer{http.StatusOK, map[string]any{"data": page.of(records)}}
}

func (f *Firewall) record() map[string]any {
	return map[string]any{
		"fw_instance_id": f.ID, "resource_id": f.ID, "fw_instance_name": f.Name, "name": "1709176078374",
		"status": f.Status, "service_type": 0, "charge_mode": 0, "engine_type": 1, "ha_type": 1,
		"enterprise_project_id": enterpriseProjectID, "tags": "{}",
		"flavor": map[string]int{"bandwidth": 50, "eip_count": 50, "vpc_count": 6, "version": 1},
	}
}

func (f *Firewall) detail() map[string]any {
	record := f.record()
	record["support_ipv6"] = f.SupportsIPv6
	record["is_available_obs"] = true
	record["feature_toggle"] = map[string]bool{"is_support_capture": f.SupportsCapture, "is_support_ips": true}
	return record
}

func (s *Service) listFirewalls(c call) answer {
	var query struct {
		KeyWord string       `json:"key_word"`
		Limit   *json.Number `json:"limit"`
		Offset  *json.Number `json:"offset"`
	}
	if err := json.Unmarshal(c.body, &query); err != nil {
		return refuse(codeParameter, "parameter error")
	}
	if query.Limit == nil || query.Offset == nil {
		return refuse(codeEmptyParameter, "empty param")
	}
	page, refused := pageOf(query.Limit.String(), query.Offset.String())
	if refused != nil {
		return *refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	records := []any{}
	for _, firewall := range s.firewalls {
		if strings.Contains(firewall.ID, query.KeyWord) || strings.Contains(firewall.Name, query.KeyWord) {
			records = append(records, firewall.record())
		}
	}
	data := page.of(records)
	data["project_id"] = c.projectID
	return answer{http.StatusOK, map[string]any{
		"data": data, "has_ndr": false, "is_support_basic_version": true, "is_support_postpaid": true,
		"is_support_buy_professional": true, "user_support_eps": false,
	}}
}
