package logingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// The keys of the private state.
//
// What was accepted is kept in the private state and not in an attribute: it
// is of no use to people, and an attribute would put it into every plan. It
// survives what a state survives, except that the provider is killed in an
// update; then job.rebuild makes it anew. It stays small because a ledger takes
// 22 characters for each record up to 100,000 records, and beyond that only a
// number and a hash for all of them together.
const (
	progressKey = "progress"
	outlookKey  = "outlook"
)

// progress is what was accepted so far.
type progress struct {
	// Accepted is the ledger of the present round.
	Accepted string `json:"accepted"`
	// Generation goes into the ids of the records of this round, in which all
	// of them are sent once. It is never empty.
	Generation string `json:"generation"`
	// Removed is how many accepted records are not in the configuration any
	// more, as far as was said already.
	Removed int `json:"removed,omitempty"`
	// Unknown tells that the answer to the last batch was lost.
	Unknown bool `json:"unknown,omitempty"`
	// LostAt is when it was lost; zero if nobody knows.
	LostAt time.Time `json:"lost_at,omitzero"`
}

// lost tells that there is no progress, although there was an apply.
func (p progress) lost() bool { return p.Generation == "" }

// ledger decodes what was accepted.
func (p progress) ledger() (*loganalytics.Ledger, error) {
	if p.lost() {
		return nil, errLost
	}
	ledger := &loganalytics.Ledger{}
	return ledger, ledger.UnmarshalText([]byte(p.Accepted))
}

// newRound returns the progress of a round in which nothing was sent yet. Its
// generation depends only on the destination, the triggers, and what the state
// says of the round before, so that a round that was interrupted before
// anything could be saved gives every record the same id when it is repeated.
func newRound(destination string, before *past, triggers types.Map) progress {
	text := appendTriggers(fmt.Appendln(nil, destination), triggers)
	if before != nil {
		was := &before.state
		text = fmt.Appendln(text, was.LastIngestedAt.ValueString(), was.ContentHash.ValueString())
		text = appendTriggers(text, was.Triggers)
	}
	digest := sha256.Sum256(text)
	return progress{Generation: hex.EncodeToString(digest[:16])}
}

func appendTriggers(text []byte, triggers types.Map) []byte {
	elements := triggers.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		text = fmt.Appendf(text, "%q=%s\n", name, elements[name])
	}
	return text
}

// past is what earlier applies did.
type past struct {
	state    ingestModel
	progress progress
	// rebuilt tells that the progress was lost, and made anew.
	rebuilt bool
}

// loadPast reads what earlier applies did.
func loadPast(ctx context.Context, state *ingestModel, private tfkit.PrivateGetter, diags *diag.Diagnostics) *past {
	before := &past{state: *state}
	before.progress, _ = tfkit.LoadPrivate[progress](ctx, private, progressKey, diags)
	return before
}
