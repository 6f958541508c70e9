package cfw_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw/cfwtest"
)

// caller sends raw requests, as the vendor's documentation describes them.
type caller struct {
	*cfwtest.Cloud
	token    string
	firewall string
}

type reply struct {
	status int
	header http.Header
	body   map[string]any
}

const createExample = `{"name":"zhuabaotest","duration":3,"max_packets":100000,
	"source":{"address":"1.1.1.1","address_type":0,"type":0},"destination":{"address":"2.2.2.2","address_type":0,"type":0},
	"service":{"protocol":-1,"source_port":"","dest_port":""}}`

func newCaller(t *testing.T) *caller {
	t.Helper()
	cloud := cfwtest.New(t)
	cloud.Set(t, map[string]string{"task_visible_after": "0s", "deletion_visible_after": "0s", "stopping_for": "10s"})
	return &caller{
		Cloud: cloud, token: cloud.IAM.IssueToken(cloud.IAM.ProjectID(), time.Hour*24*365), firewall: cloud.CFW.FirewallID(),
	}
}

func (c *caller) call(t *testing.T, method, path string, query url.Values, body string) reply {
	t.Helper()
	if query == nil {
		query = url.Values{}
	}
	if !query.Has("fw_instance_id") {
		query.Set("fw_instance_id", c.firewall)
	}
	target := c.CFWURL + "/v1/" + c.IAM.ProjectID() + "/" + path + "?" + query.Encode()
	request, err := http.NewRequestWithContext(t.Context(), method, target, bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Auth-Token", c.token)
	return c.send(t, request)
}

func (c *caller) send(t *testing.T, request *http.Request) reply {
	t.Helper()
	response, err := c.HTTP.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	got := reply{status: response.StatusCode, header: response.Header}
	if err := json.Unmarshal(content, &got.body); err != nil {
		t.Fatalf("%s %s: %v in %s", request.Method, request.URL.Path, err, content)
	}
	if got.header.Get("X-Request-Id") == "" {
		t.Errorf("%s %s: no X-Request-Id", request.Method, request.URL.Path)
	}
	return got
}

func (c *caller) create(t *testing.T, body string) reply {
	t.Helper()
	return c.call(t, http.MethodPost, "capture-task", nil, body)
}

func (c *caller) records(t *testing.T) []map[string]any {
	t.Helper()
	got := c.call(t, http.MethodGet, "capture-task", url.Values{"limit": {"1024"}, "offset": {"0"}}, "")
	return recordsOf(t, got)
}

func recordsOf(t *testing.T, got reply) []map[string]any {
	t.Helper()
	if got.status != http.StatusOK {
		t.Fatalf("list: %d %v", got.status, got.body)
	}
	var records []map[string]any
	for _, record := range member(t, got.body, "data", "records").([]any) {
		records = append(records, record.(map[string]any))
	}
	return records
}

func member(t *testing.T, value map[string]any, path ...string) any {
	t.Helper()
	var found any = value
	for _, name := range path {
		object, ok := found.(map[string]any)
		if !ok {
			t.Fatalf("no %v in %v", path, value)
		}
		found = object[name]
	}
	return found
}

func wantCode(t *testing.T, got reply, code string) {
	t.Helper()
	if got.status != http.StatusBadRequest || got.body["error_code"] != code {
		t.Errorf("got %d %v, want 400 %s", got.status, got.body, code)
	}
}
