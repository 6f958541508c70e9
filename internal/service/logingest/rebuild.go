package logingest

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// errLost says that nobody knows which records were sent.
var errLost = errors.New("the list of the records that were sent is missing from the private state, as it is after a provider was killed in the middle of an update")

// rebuild finds out what was sent where the private state was lost: of an
// update whose provider died, Terraform keeps the attributes from before, and
// no private state. After a complete send all records were sent, and with ids
// the others are asked for before they are sent again. After a partial one the
// attributes tell neither which records were sent nor under which ids, so
// nobody could be asked: several generations may be behind it.
func (j job) rebuild(ctx context.Context, prior *priorState) error {
	if !prior.progress.lost() {
		return nil
	}
	was, ledger := &prior.state, &ingest.Ledger{}
	var err error
	switch {
	case was.Status.ValueString() == statusComplete:
		ledger, err = j.sentBefore(ctx, was)
	case j.idColumn != "" || !was.LastIngestedAt.IsNull():
		err = fmt.Errorf("%w, and of the %s in the state only a part was known to be sent by then", errLost, countRecords(was.RecordCount.ValueInt64()))
	}
	if err != nil {
		return err
	}
	accepted, err := ledger.MarshalText()
	if err != nil {
		return err
	}
	prior.progress = newGeneration(j.destination.identify(), prior, j.triggers, 0)
	prior.progress.Accepted, prior.progress.Unknown = string(accepted), true
	prior.rebuilt = true
	return nil
}

// sentBefore returns the ledger of a complete send. Its records are in the
// state, or they are the beginning of the present ones.
func (j job) sentBefore(ctx context.Context, was *ingestModel) (*ingest.Ledger, error) {
	records, from, kept := int(was.RecordCount.ValueInt64()), j.source, !was.Records.IsNull()
	if kept {
		from, _ = was.source()
	}
	reader, err := from.openHashed(ctx)
	if err != nil {
		return nil, err
	}
	defer reader.Close() //nolint:errcheck // It was only read.
	ledger, length, err := ingest.LedgerOf(reader, records)
	if kept || err != nil && !errors.As(err, new(*ingest.SourceChangedError)) {
		return ledger, err
	}
	if err == nil {
		begins, err := from.beginsWith(ctx, length, was.ContentHash.ValueString())
		if begins || err != nil {
			return ledger, err
		}
	}
	return nil, fmt.Errorf("%w, and the %s that had been sent by then are not the beginning of the present ones", errLost, countRecords(int64(records)))
}

// beginsWith reports whether the first bytes of the records, and what white
// space follows them, have a hash.
func (s source) beginsWith(ctx context.Context, length int64, hash string) (bool, error) {
	reader, err := s.openHashed(ctx)
	if err != nil {
		return false, err
	}
	defer reader.Close() //nolint:errcheck // It was only read.
	if _, err := io.CopyN(io.Discard, reader, length); err != nil {
		return false, fmt.Errorf("the records cannot be read: %w", err)
	}
	for next := make([]byte, 1); reader.sum() != hash; {
		switch _, err := io.ReadFull(reader, next); {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, fmt.Errorf("the records cannot be read: %w", err)
		case next[0] != ' ' && next[0] != '\t' && next[0] != '\r' && next[0] != '\n':
			return false, nil
		}
	}
	return true, nil
}

// addLost reports that it is not known what was sent.
func (c *change) addLost(err error) {
	c.diags.AddError("Could not read what was sent", tfkit.Failure{
		What: c.destination.describe() + ": " + tfkit.Sentence(err),
		Next: []string{
			"Restore the state from before that run, if there is a copy: it has the list.",
			fmt.Sprintf("Or send all records again with on_change = %q, or with a change of triggers. What was sent already is then stored twice.", onChangeResend),
		},
	}.Detail())
}
