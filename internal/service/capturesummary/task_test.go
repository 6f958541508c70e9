package capturesummary_test

import (
	"fmt"
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

	if err := cloud.Faults.Add(simcore.Fault{Service: obs.Name, Kind: simcore.KindStatus, Code: 403, Times: -1}); err != nil {
		t.Fatal(err)
	}
	_, diagnostics = p.Apply(t.Context(), typeName, nil, acctest.Config{"source": source})
	acctest.ExpectError(t, diagnostics, "web_1.pcap", "403")
	if strings.Contains(strings.Join(diagnostics.Errors(), ""), "Signature=") {
		t.Error("the link is in a message")
	}
}
