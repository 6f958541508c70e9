package chaos

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// ingestHistory is what happens to log ingests whose records come from a log
// file that grows, and of which the beginning is cut off from time to time.
type ingestHistory struct {
	Switches map[string]string `json:"switches,omitempty"`
	Logs     []ingestLog       `json:"logs"`
	Steps    []ingestStep      `json:"steps"`
}

// ingestLog is a resource.
type ingestLog struct {
	Stream bool `json:"stream,omitempty"`
	// IDs gives records ids, and Verified has them looked for before each send.
	IDs      bool `json:"ids,omitempty"`
	Verified bool `json:"verified,omitempty"`
	// Apart gives the resource a table of its own, and Marked triggers; streams
	// share one table.
	Apart  bool `json:"apart,omitempty"`
	Marked bool `json:"marked,omitempty"`
}

// ingestStep is one terraform apply.
type ingestStep struct {
	Slides         []slide         `json:"slides,omitempty"`
	AdvanceMinutes int             `json:"advance_minutes,omitempty"`
	Faults         []simcore.Fault `json:"faults,omitempty"`
	Interruption   interruption    `json:"interruption,omitzero"`
	Parallel       bool            `json:"parallel,omitempty"`
}

// slide changes the records of a resource.
type slide struct {
	Log int `json:"log"`
	// Drop is how many lines go at the beginning, and Append are new ones.
	Drop   int      `json:"drop,omitempty"`
	Append []string `json:"append,omitempty"`
	// Remove removes the resource instead.
	Remove bool `json:"remove,omitempty"`
}

func (h ingestHistory) String() string {
	text, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// lines are few, so that most windows have some twice. Two of them say the same
// in other words.
var lines = []string{
	`{"Name":"start","Packets":1}`, `{"Name":"ok","Packets":7}`, `{"Name":"ok","Packets":7.0}`, `{"Name":"ok","Packets":7}`, `{"Name":"end","Packets":2}`,
}

// ingestHistories generates histories.
func ingestHistories() *rapid.Generator[ingestHistory] {
	return rapid.Custom(func(t *rapid.T) ingestHistory {
		return ingestHistory{
			Switches: switchesOf("log_query", "data_collector", "logs_ingestion").Draw(t, "switches"),
			Logs:     rapid.SliceOfN(ingestLogs(), 1, 3).Draw(t, "logs"),
			Steps:    rapid.SliceOfN(ingestSteps(), 1, 4).Draw(t, "steps"),
		}
	})
}

func ingestLogs() *rapid.Generator[ingestLog] {
	return rapid.Custom(func(t *rapid.T) ingestLog {
		ids := rapid.SampledFrom([]bool{true, true, true, false}).Draw(t, "ids")
		return ingestLog{
			Stream: rapid.SampledFrom([]bool{false, false, true}).Draw(t, "stream"), IDs: ids, Verified: ids && rapid.SampledFrom([]bool{true, true, false}).Draw(t, "verified"),
			Apart: rapid.SampledFrom([]bool{false, false, true}).Draw(t, "apart"), Marked: rapid.Bool().Draw(t, "marked"),
		}
	})
}

func ingestSteps() *rapid.Generator[ingestStep] {
	slides := rapid.Custom(func(t *rapid.T) slide {
		return slide{
			Log: rapid.IntRange(0, 2).Draw(t, "log"), Drop: rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "drop"),
			Append: rapid.SliceOfN(rapid.SampledFrom(lines), 1, 3).Draw(t, "append"), Remove: rapid.IntRange(0, 9).Draw(t, "remove") == 0,
		}
	})
	return rapid.Custom(func(t *rapid.T) ingestStep {
		drawn := rapid.SliceOfN(rapid.OneOf(faults(), hostile()).Filter(func(fault simcore.Fault) bool {
			return slices.Contains([]string{"data_collector", "logs_ingestion", "log_query", "aad"}, fault.Service)
		}), 0, 4).Draw(t, "faults")
		if rapid.SampledFrom([]bool{false, false, false, true}).Draw(t, "in doubt") {
			drawn = append(drawn, doubt().Draw(t, "doubt")...)
		}
		return ingestStep{
			Slides:         rapid.SliceOfN(slides, 1, 4).Draw(t, "slides"),
			AdvanceMinutes: rapid.SampledFrom([]int{0, 0, 0, 6, 400}).Draw(t, "advance"),
			Faults:         drawn,
			Interruption:   interruptions().Draw(t, "interruption"),
			Parallel:       rapid.SampledFrom([]bool{false, false, true}).Draw(t, "parallel"),
		}
	})
}

// doubt generates a lost answer, and a workspace that cannot be asked what
// became of it.
func doubt() *rapid.Generator[[]simcore.Fault] {
	return rapid.Custom(func(t *rapid.T) []simcore.Fault {
		lost := rapid.SampledFrom([]simcore.Fault{
			{Service: "data_collector", Operation: "Post", Kind: simcore.KindDropAfterCommit},
			{Service: "data_collector", Operation: "Post", Kind: simcore.KindCutAnswer},
			{Service: "logs_ingestion", Operation: "Upload", Kind: simcore.KindReplaced, Body: json.RawMessage(`{}`)},
		}).Draw(t, "lost")
		lost.Skip = rapid.IntRange(0, 1).Draw(t, "skip")
		unasked := simcore.Fault{Service: "log_query", Operation: "Query_Post", Times: -1}
		unasked.Kind, unasked.Skip = simcore.KindReplaced, rapid.IntRange(0, 1).Draw(t, "asked")
		unasked.Body = json.RawMessage(rapid.SampledFrom(append(noAnswers, edits["log_query"]...)).Draw(t, "body"))
		return []simcore.Fault{lost, unasked}
	})
}

// TestIngestHistories runs random histories of log ingests:
//
//	go test ./internal/e2e/chaos -run TestIngestHistories -chaos.first=4711 -chaos.ingest=1
//
//nolint:paralleltest // It runs many at a time itself, and looks for what they leave running.
func TestIngestHistories(t *testing.T) {
	options := flags()
	counts := options.run(t, options.ingest, options.workers, func(t *testing.T, number int, counts *tally) {
		t.Helper()
		checkIngest(t, ingestHistories().Example(number), counts)
	})
	expectNoGoroutines(t)
	t.Logf("ingest histories %d to %d: %s", options.first, options.first+options.ingest-1, counts)
}

// checkIngest runs a history and, if it breaks an invariant, looks for the
// smallest one that does.
func checkIngest(t *testing.T, h ingestHistory, counts *tally) {
	t.Helper()
	report(t, h, ingestHistory.parts, func(h ingestHistory) (problems, log []string) {
		w, err := newProtocolWorld(t, h.Switches, counts)
		if err != nil {
			t.Fatal(err)
		}
		counts.histories.Add(1)
		newIngest(w).run(h)
		return w.problems, w.log
	})
}
