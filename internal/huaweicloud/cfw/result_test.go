package cfw

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

func TestResultInBothShapes(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.CFW.AddTask(simcfw.Seed{Name: "done"})
	shared, err := h.client.Result(t.Context(), h.firewall, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(shared.URL.Reveal(), "https://") || len(shared.Captcha.Reveal()) != 6 ||
		shared.Expires == nil || *shared.Expires != 30 || shared.Files != nil {
		t.Errorf("shared link: %+v", shared)
	}
	limited, err := h.client.Result(t.Context(), h.firewall, id, []string{"10.0.0.0/8", "1.2.3.4"})
	if err != nil || limited.URL == shared.URL {
		t.Errorf("limited: %v", err)
	}
	h.Set(t, map[string]string{"result_shape": "file_list"})
	files, err := h.client.Result(t.Context(), h.firewall, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(files.Files) != 1 || files.Files[0].Name != "done_1.pcap" || files.Files[0].Path == "" || files.RequestHost == "" ||
		!strings.Contains(files.Files[0].URL.Reveal(), "Signature=") || files.URL != "" || files.Captcha != "" || files.Expires != nil {
		t.Errorf("file list: %+v", files)
	}
	shown := fmt.Sprintf("%v %+v %#v %v", shared, limited, files, files.Files[0]) + h.log()
	for _, secret := range []secret.Text{shared.URL, shared.Captcha, limited.URL, limited.Captcha, files.Files[0].URL} {
		if strings.Contains(shown, secret.Reveal()) {
			t.Errorf("%q is shown or logged", secret.Reveal())
		}
	}
}

func TestResultFails(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	running := h.running("running")
	_, err := h.client.Result(t.Context(), h.firewall, running, nil)
	var refused *huaweicloud.Error
	if !errors.As(err, &refused) || refused.Operation != "ListCaptureResult" {
		t.Errorf("before the end: %v", err)
	}
	_, err = h.client.Result(t.Context(), h.firewall, running, []string{"1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"})
	wantMentioned(t, err, "at most 3", "got 4")
	h.wantCalls(t, map[string]int{"ListCaptureResult": 1})
	h.CFW.SetStatus(running, 1)
	h.Fail(t, "ListCaptureResult", simcore.Fault{
		Kind: simcore.KindStatus, Code: 200, Times: -1, Body: []byte(`{"data":{"url":["canary-url"],"captcha":424242}}`),
	})
	observe := h.Observe
	h.Observe = nil
	_, err = h.client.Result(t.Context(), h.firewall, running, nil)
	h.Observe = observe
	if err == nil || strings.Contains(err.Error()+h.log(), "canary") || strings.Contains(err.Error(), "424242") {
		t.Errorf("an answer that cannot be read: %v", err)
	}
}

func TestFirewallsByName(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	twin := h.CFW.AddFirewall(simcfw.Firewall{Name: "twin", Status: 2})
	h.CFW.AddFirewall(simcfw.Firewall{Name: "twin", Status: 2})
	found, err := h.client.FindFirewallByName(t.Context(), Scope{}, "sim-firewall")
	if err != nil || found.ID != h.firewall.ID || found.Status != FirewallRunning ||
		found.SupportsCapture == nil || !*found.SupportsCapture || found.SupportsIPv6 == nil || !*found.SupportsIPv6 {
		t.Errorf("got %+v, %v", found, err)
	}
	var missing *FirewallNotFoundError
	if _, err := h.client.FindFirewallByName(t.Context(), Scope{}, "nobody"); !errors.As(err, &missing) || len(missing.Found) != 0 {
		t.Errorf("nobody: %v", err)
	}
	_, err = h.client.FindFirewallByName(t.Context(), Scope{}, "twin")
	if !errors.As(err, &missing) || len(missing.Found) != 2 {
		t.Errorf("twins: %v", err)
	}
	wantMentioned(t, err, twin.ID, "fw_instance_id")
	for _, behaviour := range []string{"empty", "refuse"} {
		h.Set(t, map[string]string{"unknown_firewall_detail": behaviour})
		if _, err := h.client.FirewallDetail(t.Context(), Firewall{ID: "nobody"}); !errors.As(err, &missing) || missing.ID != "nobody" {
			t.Errorf("detail of nobody, %s: %v", behaviour, err)
		}
	}
	all, err := h.client.ListFirewalls(t.Context(), Scope{}, "")
	if err != nil || len(all) != 5 || all[0].SupportsCapture != nil {
		t.Errorf("all: %+v, %v", all, err)
	}
}
