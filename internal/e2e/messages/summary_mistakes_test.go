package messages

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
)

const summary = "cloudtap_capture_summary"

const storedURL = "https://tapcaptures.blob.core.windows.net/captures/web.cap"

func fromSource(source acctest.Config) acctest.Config { return acctest.Config{"source": source} }

// blobSays has a blob, and a storage that answers with an error instead.
func blobSays(status int, code string) func(*testing.T, *cloudsim.Cloud) {
	body := fmt.Sprintf(`"<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>What the service says.</Message></Error>"`, code)
	return func(t *testing.T, cloud *cloudsim.Cloud) {
		t.Helper()
		cloud.Blob.Put("tapcaptures", "captures", "web.cap", nil)
		answers(blob.Name, blob.OperationGet, status, body)(t, cloud)
	}
}

// summarizes makes captures or tasks one after the other, lets five minutes pass
// after each, or time enough for the next one to overlap, and summarizes the first.
func summarizes(name string, configs []acctest.Config, pause time.Duration, source func(id, task string) acctest.Config) step {
	return steps(func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
		t.Helper()
		var first *acctest.Object
		for _, config := range configs {
			made, diagnostics := p.Apply(t.Context(), name, nil, inCloud(cloud, config))
			if len(diagnostics.Errors()) > 0 {
				t.Fatal(diagnostics.Errors())
			}
			if first == nil {
				first = made
			}
			cloud.Clock.Advance(pause)
		}
		cloud.Clock.Advance(5 * time.Minute)
		task := ""
		if name == tasks {
			task = acctest.Get(t, first.Value, "task_id")
		}
		_, diagnostics := p.Apply(t.Context(), summary, nil, inCloud(cloud, fromSource(source(acctest.Get(t, first.Value, "id"), task))))
		return diagnostics
	})
}

func summaryMistakes() []mistake {
	stored := acctest.Config{"azure_blob_urls": []any{storedURL}}
	local := acctest.Config{"files": []any{"captures/none.pcap"}}
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"two sources", fromSource(acctest.Config{"files": []any{"a.pcap"}, "azure_blob_urls": []any{storedURL}})},
		{"an empty list of files", fromSource(acctest.Config{"files": []any{}})},
		{"an empty name", fromSource(acctest.Config{"files": []any{"a.pcap", ""}})},
		{"a name instead of the capture's ID", fromSource(acctest.Config{"azure_packet_capture_id": "web"})},
		{"the URL of a container", fromSource(acctest.Config{"azure_blob_urls": []any{"https://tapcaptures.blob.core.windows.net/captures"}})},
		{"http", fromSource(acctest.Config{"azure_blob_urls": []any{"http://tapcaptures.blob.core.windows.net/captures/web.cap"}})},
		{"a query that is no signature", fromSource(acctest.Config{"azure_blob_urls": []any{storedURL + "?snapshot=1"}})},
		{"a signature that the state would hold", fromSource(acctest.Config{"azure_blob_urls": []any{storedURL + "?sp=r&sig=" + canary}})},
		{"a filter that is none", with(fromSource(local), acctest.Config{"filter": "tcp prot 443"})},
		{"more conversations than are listed", with(fromSource(local), acctest.Config{"max_conversations": 100000})},
		{"no ID", fromSource(acctest.Config{"huaweicloud_capture_task": acctest.Config{"fw_instance_id": firewall, "task_id": ""}})},
		{"save_to is empty", with(fromSource(local), acctest.Config{"save_to": ""})},
	} {
		all = append(all, mistake{title: summary + ": " + m.title, call: validate(summary, m.config)})
	}
	for _, m := range []struct {
		title   string
		prepare func(*testing.T, *cloudsim.Cloud)
		config  acctest.Config
	}{
		{"the network's rules", blobSays(403, "AuthorizationFailure"), fromSource(stored)},
		{"no data role", blobSays(403, "AuthorizationPermissionMismatch"), fromSource(stored)},
		{"in the archive", blobSays(409, "BlobArchived"), fromSource(stored)},
		{"changed while it was read", blobSays(412, "ConditionNotMet"), fromSource(stored)},
		{"busy", blobSays(503, "ServerBusy"), fromSource(stored)},
		{"a proxy's page instead of the file", answers(blob.Name, "", 200, page), fromSource(stored)},
		{"no such container", nil, fromSource(acctest.Config{"azure_blob_urls": []any{"https://tapcaptures.blob.core.windows.net/none/web.cap"}})},
		{"no such file", nil, fromSource(acctest.Config{"files": []any{"/captures/none.pcap"}})},
		{"no regular file", nil, fromSource(acctest.Config{"files": []any{"/"}})},
		{"no such capture", nil, fromSource(acctest.Config{"azure_packet_capture_id": watcher + "/packetCaptures/none"})},
		{"no such task", nil, fromSource(acctest.Config{"huaweicloud_capture_task": acctest.Config{"fw_instance_id": firewall, "task_id": "none"}})},
	} {
		all = append(all, mistake{title: summary + ": " + m.title, prepare: m.prepare, call: create(summary, m.config)})
	}
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"the signature has expired", fromSource(acctest.Config{"azure_blob_urls_wo": []any{storedURL + "?sv=2022-11-02&sr=b&sp=r&se=2026-01-01T00:00:00Z&sig=" + canary}, "azure_blob_urls_wo_version": 1})},
		{"another host, which gets no token", fromSource(acctest.Config{"azure_blob_urls": []any{"https://192.0.2.1/tapcaptures/captures/web.cap"}})},
		{"no source", fromSource(acctest.Config{})},
	} {
		all = append(all, mistake{title: summary + ": " + m.title, call: plan(summary, m.config)})
	}
	return append(all, summaryStories()...)
}

func summaryStories() []mistake {
	minute := acctest.Config{"time_limit_in_seconds": 60}
	azure := func(id, _ string) acctest.Config { return acctest.Config{"azure_packet_capture_id": id} }
	huawei := func(_, task string) acctest.Config {
		return acctest.Config{"huaweicloud_capture_task": acctest.Config{"fw_instance_id": firewall, "task_id": task}}
	}
	onMachine := with(goodCapture(), acctest.Config{"time_limit_in_seconds": 60, "storage_location": acctest.Config{"file_path": "/var/captures/web.cap"}})
	fleet := with(with(goodCapture(), minute), acctest.Config{"target_id": scaleSet})
	task := with(goodTask(), acctest.Config{"fw_instance_id": firewall, "duration_in_minutes": 1})
	expired := func(t *testing.T, cloud *cloudsim.Cloud) {
		t.Helper()
		if err := cloud.CFW.Switches().Set("result_shape", "file_list"); err != nil {
			t.Fatal(err)
		}
		answers(obs.Name, obs.OperationGet, 403, `"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"`)(t, cloud)
	}
	return []mistake{
		{title: summary + ": the file stayed on the machine", prepare: fault(), call: summarizes(capture, []acctest.Config{onMachine}, 0, azure)},
		{title: summary + ": two captures of a scale set at once", prepare: toggled(map[string]string{arm.SwitchScaleSetPath: "empty"}),
			call: summarizes(capture, []acctest.Config{fleet, with(fleet, acctest.Config{"name": "again"})}, 10*time.Second, azure)},
		{title: summary + ": the firewall shares a folder for people", prepare: fault(), call: summarizes(tasks, []acctest.Config{task}, 0, huawei)},
		{title: summary + ": the links have expired", prepare: expired, call: summarizes(tasks, []acctest.Config{task}, 0, huawei)},
	}
}
