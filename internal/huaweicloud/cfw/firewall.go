package cfw

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// FirewallDetail is what the service says about a firewall.
type FirewallDetail struct {
	ID   string
	Name string
	// Status is the vendor's number; FirewallRunning is 2.
	Status int64
	// SupportsCapture and SupportsIPv6 are nil when the service does not
	// say.
	SupportsCapture, SupportsIPv6 *bool
	EnterpriseProjectID           string
}

// FirewallRunning is the status of a firewall that works.
const FirewallRunning = 2

type firewallRecord struct {
	ID                  string `json:"fw_instance_id"`
	Name                string `json:"fw_instance_name"`
	Status              number `json:"status"`
	EnterpriseProjectID string `json:"enterprise_project_id"`
	SupportsIPv6        *bool  `json:"support_ipv6"`
	// FeatureToggle is left raw: one toggle that is not a boolean must not
	// make the firewall unreadable.
	FeatureToggle map[string]json.RawMessage `json:"feature_toggle"`
}

func (r firewallRecord) detail() FirewallDetail {
	detail := FirewallDetail{
		ID: r.ID, Name: r.Name, Status: r.Status.value, EnterpriseProjectID: r.EnterpriseProjectID, SupportsIPv6: r.SupportsIPv6,
	}
	if supports, err := strconv.ParseBool(string(r.FeatureToggle["is_support_capture"])); err == nil {
		detail.SupportsCapture = &supports
	}
	return detail
}

// FirewallDetail returns one firewall (ListFirewallDetail), asked for once
// in the client's life. An unknown id is *FirewallNotFoundError.
func (c *Client) FirewallDetail(ctx context.Context, firewall Firewall) (FirewallDetail, error) {
	firewall = c.complete(firewall)
	return c.details.Get(ctx, firewall, nil, func(ctx context.Context) (FirewallDetail, error) {
		return c.readDetail(ctx, firewall)
	})
}

func (c *Client) readDetail(ctx context.Context, firewall Firewall) (FirewallDetail, error) {
	call := request(firewall, "ListFirewallDetail", http.MethodGet, "firewall/exist")
	const limit = 10
	call.Query.Set("limit", strconv.Itoa(limit))
	call.Query.Set("offset", "0")
	call.Query.Set("service_type", "0")
	var answer pageAnswer[firewallRecord]
	call.Check = func() error { return answer.answers(limit, 0) }
	if err := c.session.Do(ctx, call, &answer); isNotFound(err) {
		return FirewallDetail{}, &FirewallNotFoundError{ID: firewall.ID}
	} else if err != nil {
		return FirewallDetail{}, err
	}
	for _, record := range answer.Data.Records {
		if sameID(record.ID, firewall.ID) {
			record.ID = firewall.ID
			return record.detail(), nil
		}
	}
	if answer.Data.Total.value > 0 {
		return FirewallDetail{}, &huaweicloud.NoAnswerError{
			Operation: call.Operation, Reason: "it does not show the firewall " + firewall.ID + ", which was asked for, but others",
		}
	}
	return FirewallDetail{}, &FirewallNotFoundError{ID: firewall.ID}
}

type firewallQuery struct {
	KeyWord             string `json:"key_word,omitempty"`
	EnterpriseProjectID string `json:"enterprise_project_id,omitempty"`
	Limit               int    `json:"limit"`
	Offset              int    `json:"offset"`
}

// ListFirewalls returns the firewalls whose name or id contains keyWord; an
// empty one returns all (ListFirewallList). Their SupportsCapture and
// SupportsIPv6 are nil: only FirewallDetail knows them.
func (c *Client) ListFirewalls(ctx context.Context, scope Scope, keyWord string) ([]FirewallDetail, error) {
	scope = c.completeScope(scope)
	records, _, err := readList(ctx, "ListFirewallList", func(ctx context.Context, offset int) (pageAnswer[firewallRecord], time.Time, error) {
		call := request(Firewall{Scope: scope}, "ListFirewallList", http.MethodPost, "firewalls/list")
		call.Query.Del("fw_instance_id")
		call.Repeatable = true
		call.Body = firewallQuery{KeyWord: keyWord, EnterpriseProjectID: scope.EnterpriseProjectID, Limit: pageSize, Offset: offset}
		var answer pageAnswer[firewallRecord]
		call.Check = func() error { return answer.answers(pageSize, offset) }
		servedAt, err := c.session.DoDated(ctx, call, &answer)
		return answer, servedAt, err
	})
	found := make([]FirewallDetail, 0, len(records))
	for _, record := range records {
		found = append(found, record.detail())
	}
	return found, err
}

// FindFirewallByName returns the one firewall of exactly that name; none or
// several are *FirewallNotFoundError.
func (c *Client) FindFirewallByName(ctx context.Context, scope Scope, name string) (FirewallDetail, error) {
	listed, err := c.ListFirewalls(ctx, scope, name)
	if err != nil {
		return FirewallDetail{}, err
	}
	var ids []string
	for _, firewall := range listed {
		if firewall.Name == name {
			ids = append(ids, firewall.ID)
		}
	}
	if len(ids) != 1 {
		return FirewallDetail{}, &FirewallNotFoundError{Name: name, Found: ids}
	}
	return c.FirewallDetail(ctx, Firewall{Scope: scope, ID: ids[0]})
}

// CheckSupport refuses a capture that the firewall is known not to support,
// with *UnsupportedError, or *FirewallNotFoundError. Callers who may capture
// need not be allowed to see the firewall: then the service itself will
// refuse. The firewall is asked for once in the client's life.
func (c *Client) CheckSupport(ctx context.Context, firewall Firewall, family AddressFamily) error {
	detail, err := c.FirewallDetail(ctx, firewall)
	if refused, ok := errors.AsType[*huaweicloud.Error](err); ok && refused.Status == http.StatusForbidden {
		c.session.Log(ctx, "Huawei Cloud firewall is not checked before the capture", map[string]string{
			"fw_instance_id": firewall.ID, "reason": refused.Error(),
		})
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case detail.SupportsCapture != nil && !*detail.SupportsCapture:
		return &UnsupportedError{FirewallID: detail.ID, FirewallName: detail.Name, Feature: "packet capture"}
	case family == IPv6 && detail.SupportsIPv6 != nil && !*detail.SupportsIPv6:
		return &UnsupportedError{FirewallID: detail.ID, FirewallName: detail.Name, Feature: "IPv6"}
	}
	return nil
}
