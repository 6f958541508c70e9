package cfw_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

func TestCreateReturnsTheFirewallNotTheTask(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	got := c.create(t, createExample)
	if got.status != http.StatusOK || member(t, got.body, "data", "id") != c.firewall || member(t, got.body, "data", "name") != "sim-firewall" {
		t.Fatalf("got %d %v", got.status, got.body)
	}
	record := c.records(t)[0]
	for name, want := range map[string]any{
		"name": "zhuabaotest", "status": 2.0, "duration": 3.0, "max_packets": 100000.0, "protocol": -1.0, "source_address": "1.1.1.1",
		"source_port": "", "dest_address": "2.2.2.2", "dest_port": "", "capture_size": "--", "is_deleted": 0.0, "remaining_days": 7.0,
		// 03:04:05 UTC, shown in the service's zone without naming it.
		"created_date": "2026/01/02 11:04:05", "modified_date": "2026/01/02 11:04:05",
	} {
		if record[name] != want {
			t.Errorf("%s is %v, want %v", name, record[name], want)
		}
	}
	if record["task_id"] == c.firewall {
		t.Error("the task has the firewall's id")
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	const emptyParameter, parameter = "CFW.00200001", "CFW.00200003"
	for name, test := range map[string]struct{ old, new, code string }{
		"no name":                  {`"name":"zhuabaotest",`, ``, emptyParameter},
		"no source":                {`"source":`, `"origin":`, emptyParameter},
		"no protocol":              {`"protocol":-1,`, ``, emptyParameter},
		"unknown protocol":         {`-1`, `99`, parameter},
		"no minutes":               {`"duration":3`, `"duration":0`, parameter},
		"text for minutes":         {`"duration":3`, `"duration":"3"`, parameter},
		"too many packets":         {`100000`, `1000001`, parameter},
		"no packets":               {`100000`, `0`, parameter},
		"address type not manual":  {`"type":0}`, `"type":1}`, parameter},
		"port out of range":        {`"source_port":""`, `"source_port":"65536"`, parameter},
		"backward port range":      {`"dest_port":""`, `"dest_port":"90-80"`, parameter},
		"families differ":          {`"2.2.2.2","address_type":0`, `"2001:db8::1","address_type":1`, "CFW.00200028"},
		"address of another type":  {`"2.2.2.2"`, `"2001:db8::1"`, "CFW.00200030"},
		"neither address nor CIDR": {`"2.2.2.2"`, `"example"`, "CFW.00200030"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := strings.ReplaceAll(createExample, test.old, test.new)
			if body == createExample {
				t.Fatal("the test changes nothing")
			}
			wantCode(t, c.create(t, body), test.code)
		})
	}
}

func TestCreateRefusesByFirewall(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	ipv6 := strings.NewReplacer(`1.1.1.1`, `2001:db8::1`, `2.2.2.2`, `2001:db8::2`, `"address_type":0`, `"address_type":1`).Replace(createExample)
	upgrading := c.CFW.AddFirewall(cfw.Firewall{Name: "upgrading", Status: 3, SupportsCapture: true})
	for name, test := range map[string]struct{ firewall, body, code string }{
		"unknown firewall": {"ebf891cd-2163-48a0-9963-6309f99dd3c4", createExample, "CFW.00200005"},
		"no IPv6":          {c.CFW.FirewallWithoutIPv6ID(), ipv6, "CFW.00200032"},
		"no capture":       {c.CFW.FirewallWithoutCaptureID(), createExample, "CFW.00200003"},
		"not running":      {upgrading.ID, createExample, "CFW.00200016"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantCode(t, c.call(t, http.MethodPost, "capture-task", url.Values{"fw_instance_id": {test.firewall}}, test.body), test.code)
		})
	}
	if got := c.create(t, ipv6); got.status != http.StatusOK {
		t.Errorf("IPv6 where it is supported: %d %v", got.status, got.body)
	}
}

func TestOneCaptureRunsAtATime(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.create(t, createExample)
	wantCode(t, c.create(t, createExample), "CFW.00200024")
	c.Set(t, map[string]string{"running_limit_code": "CFW.00999999"})
	wantCode(t, c.create(t, createExample), "CFW.00999999")
	c.Clock.Advance(3 * time.Minute)
	if got := c.create(t, createExample); got.status != http.StatusOK {
		t.Errorf("after the end of the first: %d %v", got.status, got.body)
	}
}

func TestTwentyStartsADay(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	for i := range 20 {
		if got := c.create(t, createExample); got.status != http.StatusOK {
			t.Fatalf("start %d: %d %v", i, got.status, got.body)
		}
		c.Clock.Advance(4 * time.Minute)
	}
	wantCode(t, c.create(t, createExample), "CFW.00200024")
	// It is 04:24 UTC, and midnight in UTC+8 is at 16:00.
	c.Clock.Advance(12 * time.Hour)
	if got := c.create(t, createExample); got.status != http.StatusOK {
		t.Errorf("the next day: %d %v", got.status, got.body)
	}
}

func TestDuplicateNamesAreASwitch(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.CFW.AddTask(cfw.Seed{Name: "zhuabaotest"})
	if got := c.create(t, createExample); got.status != http.StatusOK {
		t.Fatalf("by default: %d %v", got.status, got.body)
	}
	c.Clock.Advance(time.Hour)
	c.Set(t, map[string]string{"duplicate_names": "refuse"})
	wantCode(t, c.create(t, createExample), "CFW.00200007")
}

func TestOmittedPortIsASwitch(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.Set(t, map[string]string{"omitted_port": "1-65535"})
	c.create(t, createExample)
	if record := c.records(t)[0]; record["source_port"] != "1-65535" || record["dest_port"] != "1-65535" {
		t.Errorf("got %v", record)
	}
}
