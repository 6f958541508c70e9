package chaos

import (
	"fmt"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
)

// kind is what an address can be.
type kind int

const (
	// capture is a classic packet capture of a virtual machine.
	capture kind = iota
	// ring is a continuous packet capture of a scale set.
	ring
	// task is a capture task of a firewall.
	task
	// collect are records for the Data Collector API.
	collect
	// stream are records for the Logs Ingestion API.
	stream
)

// address is a resource block of the configuration.
type address struct {
	name string
	kind kind
	// ids gives every record an id; unverified ones are looked for only after
	// a lost answer.
	ids, unverified bool
	// log is the log type of records, if it is not one of their own.
	log string
}

// addresses are all resource blocks that a configuration can have.
var addresses = [...]address{
	{name: "capture_a", kind: capture}, {name: "capture_b", kind: capture}, {name: "ring", kind: ring},
	{name: "task_a", kind: task}, {name: "task_b", kind: task},
	{name: "plain", kind: collect}, {name: "identified", kind: collect, ids: true}, {name: "stream", kind: stream, ids: true},
}

func find(addresses []address, name string) address {
	for _, at := range addresses {
		if at.name == name {
			return at
		}
	}
	panic("no address " + name)
}

func (a address) typeName() string {
	switch a.kind {
	case capture, ring:
		return "cloudtap_azure_packet_capture"
	case task:
		return "cloudtap_huaweicloud_capture_task"
	case collect, stream:
	}
	return "cloudtap_azure_log_ingest"
}

// taskName is the name of all tasks: the service does not need different
// ones.
const taskName = "tap"

// identifiers are texts of which an error about the resource has one.
func (a address) identifiers(w *world) []string {
	switch a.kind {
	case capture, ring:
		return []string{fmt.Sprintf("%q", a.name)}
	case task:
		return []string{fmt.Sprintf("%q", taskName), w.cloud.CFW.FirewallID()}
	case collect, stream:
	}
	return []string{a.table(), w.env["CLOUDTAP_SIM_DCR_STREAM"]}
}

// table is where records end.
func (a address) table() string {
	if a.kind == stream {
		return logsingestion.SeededTable
	}
	return a.logType() + "_CL"
}

// destination is how errors name where records go.
func (a address) destination() string {
	if a.kind == stream {
		return logsingestion.SeededStream
	}
	return a.table()
}

func (a address) logType() string {
	if a.log != "" {
		return a.log
	}
	return "Chaos" + strings.ToUpper(a.name[:1]) + a.name[1:]
}

// resource is what the configuration says at an address.
type resource struct {
	variant        int
	stopped, waits bool
	hasty          bool
	trigger        int
	records        int
	// resend sends all records again when they change.
	resend bool
	// window are the lines of the records, in place of so many different ones.
	window []string
	// life is a trigger.
	life int
}

// minutes is the setting of captures that a variant changes. Tasks are short,
// as a firewall runs one at a time; captures that nobody waits for run on until
// they are stopped.
func (r resource) minutes(of kind) int {
	const long = 200
	if of == task || r.waits {
		return r.variant + 1
	}
	return r.variant + long
}

// config returns the block of an address.
func (w *world) config(at address) acctest.Config {
	r, wanted := w.wanted[at.name]
	if !wanted {
		return nil
	}
	config := acctest.Config{}
	switch at.kind {
	case capture, ring:
		config = w.captureConfig(at, r)
	case task:
		config = acctest.Config{
			"fw_instance_id": w.cloud.CFW.FirewallID(), "name": taskName, "duration_in_minutes": r.minutes(at.kind), "max_packets": 100000,
			"source_address": "1.1.1.1", "destination_address": "2.2.2.2",
		}
	case collect, stream:
		return w.recordsConfig(at, r)
	}
	if r.stopped {
		config["desired_state"] = "stopped"
	}
	if r.waits {
		config["wait_for_completion"] = true
	}
	if r.trigger > 0 {
		config["recapture_triggers"] = acctest.Config{"count": fmt.Sprint(r.trigger)}
	}
	return r.withTimeouts(config)
}

func (r resource) withTimeouts(config acctest.Config) acctest.Config {
	if r.hasty {
		config["timeouts"] = acctest.Config{"create": hastyTimeout.String()}
	}
	return config
}

func (w *world) captureConfig(at address, r resource) acctest.Config {
	seeded := w.cloud.ARM.Seeded()
	config := acctest.Config{"name": at.name, "network_watcher_id": seeded.NetworkWatcherID}
	if at.kind == ring {
		config["target_id"] = seeded.VMSSID
		config["continuous_capture"] = false
		config["capture_settings"] = acctest.Config{"file_count": 2, "file_size_in_bytes": 102400, "session_time_limit_in_seconds": 60 * r.minutes(at.kind)}
		config["storage_location"] = acctest.Config{"file_path": "/var/captures/ring.cap"}
		return config
	}
	config["target_id"] = seeded.VMID
	config["time_limit_in_seconds"] = 60 * r.minutes(at.kind)
	config["storage_location"] = acctest.Config{"storage_account_id": seeded.StorageAccountID}
	return config
}

func (w *world) recordsConfig(at address, r resource) acctest.Config {
	var records strings.Builder
	for i := range r.records + 1 {
		if r.window != nil {
			break
		}
		fmt.Fprintf(&records, `{"Name":"%s-%d","Packets":%d}`+"\n", at.name, i, i)
	}
	for _, line := range r.window {
		records.WriteString(line + "\n")
	}
	workspace := w.env["CLOUDTAP_SIM_WORKSPACE_ID"]
	config := acctest.Config{"records": records.String()}
	if r.resend {
		config["on_change"] = "resend"
	}
	if at.ids {
		config["ingest_id_column"] = "IngestId"
	}
	if r.life > 0 {
		config["triggers"] = acctest.Config{"life": fmt.Sprint(at.name, r.life)}
	}
	if at.ids && !at.unverified {
		config["verify"] = acctest.Config{"workspace_id": workspace, "timeout": "1m"}
	}
	if at.kind == stream {
		config["logs_ingestion"] = acctest.Config{
			"endpoint": w.env["CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"], "rule_id": w.env["CLOUDTAP_SIM_DCR_ID"],
			"stream": w.env["CLOUDTAP_SIM_DCR_STREAM"], "table_name": at.table(),
		}
	} else {
		config["data_collector"] = acctest.Config{"workspace_id": workspace, "log_type": at.logType()}
	}
	return r.withTimeouts(config)
}
