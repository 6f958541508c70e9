package capturesummary_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestHuaweiCloudCaptureTask(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	task := p.MustApply(t, "cloudtap_huaweicloud_capture_task", nil, acctest.Config{
		"fw_instance_id": cloud.Lookup("CLOUDTAP_SIM_FW_INSTANCE_ID"), "name": "web", "duration_in_minutes": 1, "max_packets": 1000,
		"source_address": "10.1.0.4", "destination_address": "93.184.216.34", "protocol": "tcp",
	})
	source := acctest.Config{"huaweicloud_capture_task": acctest.Config{
		"fw_instance_id": cloud.Lookup("CLOUDTAP_SIM_FW_INSTANCE_ID"), "task_id": acctest.Get(t, task.Value, "task_id"),
	}}
	cloud.Clock.Advance(2 * time.Minute)
	// A folder that is shared with people is no file.
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": source})
	acctest.ExpectError(t, diagnostics, "shares a folder", "source.files")

	if err := cloud.CFW.Switches().Set("result_shape", "file_list"); err != nil {
		t.Fatal(err)
	}
	object := p.MustApply(t, typeName, nil, acctest.Config{"source": source, "include_names": true})
	acctest.ExpectAttributes(t, object.Value, "files.0.name", "web_1.pcap", "files.0.format", "pcap", "dns.queries", "0",
		"conversations.0.originator_address", "10.1.0.4", "conversations.0.responder_address", "93.184.216.34", "conversations.0.packets_received", "0")
	for _, odd := range []string{"Signature", "AccessKeyId"} {
		if strings.Contains(fmt.Sprint(object.Value), odd) {
			t.Errorf("%s is in the state", odd)
		}
	}

	for status, part := range map[int]string{404: "after 7 days", 412: "Read it again", 416: "Read it again"} {
		if err := cloud.Faults.Add(simcore.Fault{Service: obs.Name, Kind: simcore.KindStatus, Code: status, Times: -1}); err != nil {
			t.Fatal(err)
		}
		_, diagnostics = p.Apply(t.Context(), typeName, nil, acctest.Config{"source": source})
		acctest.ExpectError(t, diagnostics, "web_1.pcap", fmt.Sprint(status), part)
		cloud.Faults.Clear()
	}
	if err := cloud.Faults.Add(simcore.Fault{Service: obs.Name, Kind: simcore.KindStatus, Code: 403, Times: -1}); err != nil {
		t.Fatal(err)
	}
	_, diagnostics = p.Apply(t.Context(), typeName, nil, acctest.Config{"source": source})
	acctest.ExpectError(t, diagnostics, "web_1.pcap", "403")
	if strings.Contains(strings.Join(diagnostics.Errors(), ""), "Signature=") {
		t.Error("the link is in a message")
	}
}

// TestTheFilesOfTheExamplesTasks have what the examples' filters select, both ways
// from the same places, and the size that the task states.
func TestTheFilesOfTheExamplesTasks(t *testing.T) {
	t.Parallel()
	for name, filter := range map[string]acctest.Config{
		"demo":      {"source_address": "10.0.0.0/24", "destination_address": "192.0.2.53", "protocol": "udp", "destination_port": "53"},
		"resource":  {"source_address": "203.0.113.7", "destination_address": "198.51.100.20", "protocol": "tcp", "destination_port": "443"},
		"functions": {"source_address": "10.0.0.4", "destination_address": "10.1.0.5", "protocol": "tcp", "destination_port": "443"},
		"nobody":    {"source_address": "10.0.0.99", "destination_address": "10.1.0.5", "protocol": "tcp", "destination_port": "443"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			if err := cloud.CFW.Switches().Set("result_shape", "file_list"); err != nil {
				t.Fatal(err)
			}
			p := acctest.NewProvider(t, cloud)
			config := acctest.Config{"fw_instance_id": cloud.Lookup("CLOUDTAP_SIM_FW_INSTANCE_ID"), "name": name, "duration_in_minutes": 1, "max_packets": 1000}
			maps.Copy(config, filter)
			task := p.MustApply(t, "cloudtap_huaweicloud_capture_task", nil, config)
			cloud.Clock.Advance(2 * time.Minute)
			task = acctest.NewProvider(t, cloud).MustRead(t, "cloudtap_huaweicloud_capture_task", task)
			object := p.MustApply(t, typeName, nil, acctest.Config{"source": acctest.Config{"huaweicloud_capture_task": acctest.Config{
				"fw_instance_id": config["fw_instance_id"], "task_id": acctest.Get(t, task.Value, "task_id"),
			}}})
			if packets := acctest.Get(t, object.Value, "packet_count"); (packets == "0") != (name == "nobody") {
				t.Errorf("%s packets", packets)
			}
			size, err := strconv.Atoi(acctest.Get(t, object.Value, "files.0.size"))
			if err != nil {
				t.Fatal(err)
			}
			acctest.ExpectAttributes(t, task.Value, "capture_size", fmt.Sprintf("%dkb", (size+1023)/1024))
		})
	}
}
