package messages

import (
	"maps"
	"slices"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// mistake is one configuration, and what is done with it.
type mistake struct {
	title       string
	environment map[string]string
	block       acctest.Config
	// prepare changes the services before; a mistake with it has a cloud of its
	// own.
	prepare func(*testing.T, *cloudsim.Cloud)
	call    step
}

const (
	capture = "cloudtap_azure_packet_capture"
	ingest  = "cloudtap_azure_log_ingest"
	query   = "cloudtap_azure_log_query"
	tasks   = "cloudtap_huaweicloud_capture_task"
	results = "cloudtap_huaweicloud_capture_result"
)

// with returns a configuration with other values; nil leaves one out.
func with(base acctest.Config, changes acctest.Config) acctest.Config {
	changed := maps.Clone(base)
	maps.Copy(changed, changes)
	return changed
}

func mistakes() []mistake {
	return slices.Concat(captureMistakes(), captureAnswers(), signInMistakes(), taskMistakes(), ingestMistakes(), recordMistakes(), ingestAnswers(), edgeMistakes(), summaryMistakes(), otherMistakes())
}

func goodTask() acctest.Config {
	return acctest.Config{
		"fw_instance_id": "546af3f8-88e9-47f2-a205-2346d7090925", "name": "web", "duration_in_minutes": 5, "max_packets": 1000,
		"source_address": "203.0.113.7", "destination_address": "198.51.100.20", "protocol": "tcp",
	}
}

func taskMistakes() []mistake {
	good := goodTask()
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"protocol misspelt", with(good, acctest.Config{"protocol": "tpc"})},
		{"families differ", with(good, acctest.Config{"destination_address": "2001:db8::1"})},
		{"address that is none", with(good, acctest.Config{"source_address": "web.example.com"})},
		{"port without TCP or UDP", with(good, acctest.Config{"protocol": "icmp", "destination_port": "443"})},
		{"port too large", with(good, acctest.Config{"destination_port": "70000"})},
		{"no packets", with(good, acctest.Config{"max_packets": 0})},
		{"timeouts.create of zero", with(good, acctest.Config{"timeouts": acctest.Config{"create": "0s"}})},
	} {
		all = append(all, mistake{title: tasks + ": " + m.title, call: validate(tasks, m.config)})
	}
	noKeys := map[string]string{"HW_ACCESS_KEY": "", "HW_SECRET_KEY": "", "HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": "", "CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT": "http://127.0.0.1:1"}
	return append(all,
		mistake{title: tasks + ": import of a name", call: importID(tasks, "web")},
		mistake{title: tasks + ": the firewall does not exist", call: create(tasks, good)},
		mistake{title: "cloudtap_huaweicloud_firewall: no such name", call: read("cloudtap_huaweicloud_firewall", acctest.Config{"name": "nowhere"})},
		mistake{title: "credentials: no region", environment: map[string]string{"HW_REGION_NAME": "", "OS_REGION_NAME": ""}, call: create(tasks, good)},
		mistake{title: "credentials: no keys", environment: noKeys, call: create(tasks, good)},
		mistake{title: "credentials: key without secret", environment: map[string]string{"HW_SECRET_KEY": "", "HUAWEICLOUD_SDK_SK": ""}, call: create(tasks, good)},
		mistake{title: "credentials: wrong secret key", environment: map[string]string{"HW_SECRET_KEY": canary}, call: create(tasks, good)},
		mistake{title: "provider: HW_MAX_RETRIES below zero", environment: map[string]string{"HW_MAX_RETRIES": "-1"}, call: create(tasks, good)},
	)
}
