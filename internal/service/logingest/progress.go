package logingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
// survives whatever a state survives. It stays small because a ledger takes 22
// characters for each record up to 100,000 records, and beyond that only a
// number and a hash for all of them together.
const (
	progressKey = "progress"
	outlookKey  = "outlook"
)

// progress is what was accepted so far.
type progress struct {
	// Accepted is the ledger of the present round.
	Accepted string `json:"accepted"`
	// Round counts how often all records were sent, from 1.
	Round int `json:"round"`
	// Generation goes into the records' ids of this round.
	Generation string `json:"generation"`
	// Removed is how many accepted records are not in the configuration any
	// more, as far as was said already.
	Removed int `json:"removed,omitempty"`
	// Unknown tells that the answer to the last batch was lost.
	Unknown bool `json:"unknown,omitempty"`
	// LostAt is when it was lost.
	LostAt time.Time `json:"lost_at,omitzero"`
}

// ledger decodes what was accepted.
func (p progress) ledger() (*loganalytics.Ledger, error) {
	if p.Round == 0 {
		return nil, fmt.Errorf("the list of the records that were sent is missing from the private state: restore an older state, or send all records again with on_change = %q or a change of triggers", onChangeResend)
	}
	ledger := &loganalytics.Ledger{}
	if err := ledger.UnmarshalText([]byte(p.Accepted)); err != nil {
		return nil, fmt.Errorf("%w: restore an older state, or send all records again with on_change = %q or a change of triggers", err, onChangeResend)
	}
	return ledger, nil
}

// newRound returns the progress of a round in which nothing was sent yet. Its
// generation depends only on the destination, the round and the triggers, so
// that a round that was interrupted before anything could be saved gives every
// record the same id when it is repeated.
func newRound(destination string, before *past, triggers types.Map) progress {
	round := 1
	if before != nil {
		round = before.progress.Round + 1
	}
	digest := sha256.New()
	text := fmt.Appendf(nil, "%s\n%d\n", destination, round)
	elements := triggers.Elements()
	names := make([]string, 0, len(elements))
	for name := range elements {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text = fmt.Appendf(text, "%q=%s\n", name, elements[name])
	}
	digest.Write(text)
	return progress{Round: round, Generation: hex.EncodeToString(digest.Sum(nil)[:16])}
}

// past is what earlier applies did.
type past struct {
	state    ingestModel
	progress progress
}

// loadPast reads what earlier applies did.
func loadPast(ctx context.Context, state *ingestModel, private tfkit.PrivateGetter, diags *diag.Diagnostics) *past {
	before := &past{state: *state}
	before.progress, _ = tfkit.LoadPrivate[progress](ctx, private, progressKey, diags)
	return before
}
