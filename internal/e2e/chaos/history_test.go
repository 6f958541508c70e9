package chaos

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// history is what happens to one configuration, from an empty cloud on. It is
// plain data, so that a failing one can be printed, made smaller and kept.
type history struct {
	// Switches are what the services do where nobody knows, by
	// "service switch".
	Switches map[string]string `json:"switches,omitempty"`
	Steps    []step            `json:"steps"`
}

// step is one terraform apply, with what changed before it and what goes
// wrong during it.
type step struct {
	Changes []change `json:"changes,omitempty"`
	// AdvanceMinutes moves the simulated clock before the apply.
	AdvanceMinutes int             `json:"advance_minutes,omitempty"`
	Faults         []simcore.Fault `json:"faults,omitempty"`
	Interruption   interruption    `json:"interruption,omitzero"`
	// Parallel runs what Terraform does on several resources at once.
	Parallel bool `json:"parallel,omitempty"`
	// Twin runs an apply of another configuration at the same time.
	Twin bool `json:"twin,omitempty"`
}

// change is one edit of the configuration, or an event outside of Terraform.
type change struct {
	Address string    `json:"address"`
	Do      operation `json:"do"`
	// Value is the variant of set, and the number of records of appendRecords.
	Value int `json:"value,omitempty"`
}

type operation string

// The operations of a change.
const (
	// set writes the resource, or changes a setting that replaces it.
	set operation = "set"
	// setWaiting is set with wait_for_completion, for captures.
	setWaiting operation = "set_waiting"
	// setHasty is set with a create timeout that delays exceed.
	setHasty operation = "set_hasty"
	remove   operation = "remove"
	// stop and start change desired_state.
	stop  operation = "stop"
	start operation = "start"
	// recapture changes recapture_triggers.
	recapture operation = "recapture"
	// appendRecords writes more records.
	appendRecords operation = "append_records"
	// reimport forgets the resource and imports it.
	reimport operation = "reimport"
	// vanish deletes the object behind Terraform's back.
	vanish operation = "vanish"
	// rival has somebody else make the same task, at least a quarter of an hour
	// later than anything before.
	rival operation = "rival"
)

// interruption ends a step before it is done.
type interruption struct {
	How how `json:"how,omitempty"`
	// After is the request after which it comes, counted from 1.
	After int `json:"after,omitempty"`
}

type how string

const (
	// cancelled ends the calls' contexts, as a lost CLI does.
	cancelled how = "cancelled"
	// stopped is Ctrl-C: the CLI tells the provider to stop.
	stopped how = "stopped"
	// killed is a provider that ends at once, so that neither its requests
	// nor its answers get through.
	killed how = "killed"
)

func (h history) String() string {
	text, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var operations = map[kind][]operation{
	capture: {set, set, setWaiting, setHasty, remove, stop, start, recapture, reimport, vanish},
	ring:    {set, set, setWaiting, remove, stop, start, recapture, reimport, vanish},
	task:    {set, set, setWaiting, setHasty, remove, stop, start, recapture, reimport, vanish, rival},
	collect: {set, setHasty, appendRecords, appendRecords, appendRecords, remove},
	stream:  {set, appendRecords, appendRecords, remove},
}

// histories generates histories.
func histories() *rapid.Generator[history] {
	return rapid.Custom(func(t *rapid.T) history {
		return history{
			Switches: switchesOf("arm", "cfw", "log_query", "data_collector", "logs_ingestion").Draw(t, "switches"),
			Steps:    rapid.SliceOfN(steps(), 1, 6).Draw(t, "steps"),
		}
	})
}

func steps() *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		drawn := step{
			Changes:        rapid.SliceOfN(changes(), 1, 6).Draw(t, "changes"),
			AdvanceMinutes: rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 1, 6, 30, 120, 400, 8 * 24 * 60}).Draw(t, "advance"),
			Faults:         oneLie(rapid.SliceOfN(rapid.OneOf(faults(), hostile()), 0, 6).Draw(t, "faults")),
			Interruption:   interruptions().Draw(t, "interruption"),
			Parallel:       rapid.SampledFrom([]bool{false, false, true}).Draw(t, "parallel"),
			Twin:           rapid.SampledFrom([]bool{false, false, false, true}).Draw(t, "twin"),
		}
		if drawn.Twin && rapid.Bool().Draw(t, "throttled") {
			// The other run may start the same task while this one waits.
			const seconds = 10
			drawn.Faults = append(drawn.Faults, simcore.Fault{
				Service: "cfw", Operation: "CreateCaptureTask", Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: new(seconds),
			})
		}
		return drawn
	})
}

func changes() *rapid.Generator[change] {
	return rapid.Custom(func(t *rapid.T) change {
		at := rapid.SampledFrom(addresses[:]).Draw(t, "address")
		return change{
			Address: at.name,
			Do:      rapid.SampledFrom(operations[at.kind]).Draw(t, "do"),
			Value:   rapid.IntRange(0, 2).Draw(t, "value"),
		}
	})
}

func interruptions() *rapid.Generator[interruption] {
	return rapid.Custom(func(t *rapid.T) interruption {
		way := rapid.SampledFrom([]how{"", "", "", cancelled, stopped, killed}).Draw(t, "how")
		if way == "" {
			return interruption{}
		}
		return interruption{How: way, After: rapid.IntRange(1, 20).Draw(t, "after")}
	})
}

// callable are the operations of the services that the provider calls.
var callable = map[string][]string{
	"arm": {
		"", "PacketCaptures_Create", "PacketCaptures_Create", "PacketCaptures_Get", "PacketCaptures_List", "PacketCaptures_GetStatus",
		"PacketCaptures_Stop", "PacketCaptures_Delete", "Operations_Get", "OperationResults_Get",
	},
	"cfw": {
		"", "CreateCaptureTask", "CreateCaptureTask", "ListCaptureTask", "CancelCaptureTask", "DeleteCaptureTask", "ListFirewallDetail",
	},
	"aad":            {"", "Token", "InstanceDiscovery"},
	"iam":            {"KeystoneListProjects"},
	"data_collector": {"Post"},
	"logs_ingestion": {"Upload"},
	"log_query":      {"Query_Post"},
}

// services names those of callable, the busy ones more often.
var services = []string{"arm", "arm", "arm", "cfw", "cfw", "cfw", "data_collector", "data_collector", "logs_ingestion", "log_query", "aad", "iam"}

func faults() *rapid.Generator[simcore.Fault] {
	kinds := []simcore.Kind{
		simcore.KindStatus, simcore.KindStatus, simcore.KindStatus, simcore.KindReset, simcore.KindReset,
		simcore.KindDropAfterCommit, simcore.KindDropAfterCommit, simcore.KindMalformed, simcore.KindCutAnswer, simcore.KindLROFailed, simcore.KindDelay,
	}
	return rapid.Custom(func(t *rapid.T) simcore.Fault {
		fault := simcore.Fault{
			Service: rapid.SampledFrom(services).Draw(t, "service"),
			Kind:    rapid.SampledFrom(kinds).Draw(t, "kind"),
			Skip:    rapid.IntRange(0, 3).Draw(t, "skip"),
			Times:   rapid.SampledFrom([]int{1, 1, 1, 2, 4, -1}).Draw(t, "times"),
		}
		fault.Operation = rapid.SampledFrom(callable[fault.Service]).Draw(t, "operation")
		switch fault.Kind {
		case simcore.KindStatus:
			fault.Code = rapid.SampledFrom([]int{408, 429, 500, 502, 503, 503}).Draw(t, "code")
			fault.RetryAfterMilliseconds = new(20)
			if fault.Code == 429 && fault.Times < 0 {
				// A service that says "later" for ever is asked until a timeout, in
				// real time.
				fault.Times = 12
			}
		case simcore.KindDelay:
			fault.Delay, fault.Times = hastyDelay.String(), 1
		case simcore.KindLROFailed:
			fault.ErrorCode, fault.Message = "AgentBroke", "The agent broke."
		case simcore.KindReset, simcore.KindDropAfterCommit, simcore.KindMalformed, simcore.KindCutAnswer, simcore.KindReplaced, simcore.KindEdited:
		}
		return fault
	})
}

// hastyTimeout is the create timeout of setHasty; a request that a fault
// delays takes longer.
const (
	hastyTimeout = time.Second
	hastyDelay   = 1500 * time.Millisecond
)

// choices are values of switches; the first is the default.
var choices = map[string][]string{
	"arm in_progress_polls":           {"0", "2"},
	"arm create_visible":              {"true", "false"},
	"arm failed_create_remains":       {"true", "false"},
	"arm status_in_202":               {"true", "false"},
	"arm delete_missing_status":       {"204", "404"},
	"arm busy_capture":                {"accepted", "refused"},
	"arm id_casing":                   {"as_given", "lower"},
	"arm start_delay":                 {"20ms", "3s"},
	"cfw task_visible_after":          {"20ms", "8s"},
	"cfw stopping_for":                {"20ms", "5s"},
	"cfw deletion_visible_after":      {"20ms", "5s"},
	"cfw deleted_record_kept_for":     {"0s", "10s"},
	"cfw list_order":                  {"newest_first", "by_id"},
	"cfw stop_of_ended":               {"accept", "refuse"},
	"cfw delete_of_unknown":           {"refuse", "accept"},
	"log_query ingestion_delay":       {"0s", "30s"},
	"data_collector post_limit_bytes": {"30000000", "300"},
	"logs_ingestion wire_limit_bytes": {"1048576", "300"},
	"logs_ingestion role_delay":       {"0s", "20s"},
}

// switchesOf generates the values of some services' switches.
func switchesOf(services ...string) *rapid.Generator[map[string]string] {
	names := make([]string, 0, len(choices))
	for name := range choices {
		if service, _, _ := strings.Cut(name, " "); slices.Contains(services, service) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return rapid.Custom(func(t *rapid.T) map[string]string {
		chosen := map[string]string{}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 4, rapid.ID).Draw(t, "names") {
			chosen[name] = choices[name][1]
		}
		return chosen
	})
}
