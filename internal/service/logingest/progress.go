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

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
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
	sendPlanKey = "outlook"
)

// progress is what was accepted so far.
type progress struct {
	// Accepted is the ledger of the present generation.
	Accepted string `json:"accepted"`
	// Generation goes into the ids of the records of one generation, in which
	// all of them are sent once. It is never empty.
	Generation string `json:"generation"`
	// Created is the generation that a create had whose number is 0, with the
	// triggers of then.
	Created string `json:"created,omitempty"`
	// IDs is the scheme of the ids: 0 for those by position that earlier
	// versions of the provider gave, 1 for those by occurrence.
	IDs int `json:"ids,omitempty"`
	// Removed is how many accepted records are not in the configuration any
	// more, as the last warning said.
	Removed int `json:"removed,omitempty"`
	// Unknown means that the answer to the last batch was lost.
	Unknown bool `json:"unknown,omitempty"`
	// LostAt is when it was lost; zero if that is not known.
	LostAt time.Time `json:"lost_at,omitzero"`
}

// lost means that there is no progress, although there was an apply.
func (p progress) lost() bool { return p.Generation == "" }

// ledger decodes what was accepted.
func (p progress) ledger() (*ingest.Ledger, error) {
	if p.lost() {
		return nil, errLost
	}
	ledger := &ingest.Ledger{}
	return ledger, ledger.UnmarshalText([]byte(p.Accepted))
}

// idsByOccurrence is the present scheme of ids.
const idsByOccurrence = 1

// newGeneration returns the progress of a generation of which nothing was sent yet.
// Its name depends only on what Terraform keeps if the provider is killed:
// the destination, the triggers, the resource's id and what the state says of
// the generation before, so that one that was interrupted before anything could
// be saved gives every record the same id when it is repeated. Before the
// create there is no id, which number stands for: it tells apart the creates of
// one run.
func newGeneration(destination string, prior *priorState, triggers types.Map, number int) progress {
	return progress{Generation: generation(destination, prior, triggers, number), IDs: idsByOccurrence}
}

func generation(destination string, prior *priorState, triggers types.Map, number int) string {
	text := appendTriggers(fmt.Appendln(nil, destination), triggers)
	if prior != nil {
		was := &prior.state
		text = fmt.Appendln(text, was.ID.ValueString(), was.LastIngestedAt.ValueString(), was.ContentHash.ValueString())
		text = appendTriggers(text, was.Triggers)
	}
	if number > 0 {
		text = fmt.Appendln(text, "create", number)
	}
	digest := sha256.Sum256(text)
	return hex.EncodeToString(digest[:16])
}

// continued returns the progress of a send of what is still missing. After a
// complete one it has a generation of its own, which no other resource shares;
// after a partial one it keeps that of the records whose answer may be lost.
func (p progress) continued(destination string, prior *priorState, triggers types.Map, removed int) progress {
	p.Removed = removed
	if prior.state.Status.ValueString() == statusComplete && !p.Unknown {
		next := newGeneration(destination, prior, triggers, 0)
		p.Generation, p.IDs = next.Generation, next.IDs
	}
	return p
}

func appendTriggers(text []byte, triggers types.Map) []byte {
	elements := triggers.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		text = fmt.Appendf(text, "%q=%s\n", name, elements[name])
	}
	return text
}

// priorState is what earlier applies did.
type priorState struct {
	state    ingestModel
	progress progress
	// rebuilt means that the progress was lost, and made anew.
	rebuilt bool
}

// loadPriorState reads what earlier applies did.
func loadPriorState(ctx context.Context, state *ingestModel, private tfkit.PrivateGetter, diags *diag.Diagnostics) *priorState {
	prior := &priorState{state: *state}
	prior.progress, _ = tfkit.LoadPrivate[progress](ctx, private, progressKey, diags)
	return prior
}
