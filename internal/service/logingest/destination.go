package logingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// destination is where records go, as a configuration names it. Values may
// be unknown as long as nothing is sent.
type destination struct {
	api       loganalytics.API
	collector targetModel
	ingestion ingestionModel
	// keys are the shared keys, the one to be tried first in front; empty
	// texts are keys that are not given.
	keys [2]types.String
	// environmentKeysOnly means that the configuration cannot give keys.
	environmentKeysOnly bool
}

// destinationOf reads the resource's destination. The write-only keys are
// only in the configuration.
func destinationOf(ctx context.Context, config *ingestModel, diags *diag.Diagnostics) (destination, bool) {
	if collector, ok := decode[collectorModel](ctx, config.DataCollector, diags); ok {
		return destination{
			api: loganalytics.DataCollector, collector: collector.targetModel,
			keys: [2]types.String{
				firstGiven(collector.SharedKeyWO, collector.SharedKey),
				firstGiven(collector.SecondarySharedKeyWO, collector.SecondarySharedKey),
			},
		}, true
	}
	return ingestionOf(ctx, config.LogsIngestion, diags)
}

func ingestionOf(ctx context.Context, object types.Object, diags *diag.Diagnostics) (destination, bool) {
	ingestion, ok := decode[ingestionModel](ctx, object, diags)
	return destination{api: loganalytics.LogsIngestion, ingestion: ingestion}, ok
}

func firstGiven(values ...types.String) types.String {
	for _, value := range values {
		if !value.IsNull() {
			return value
		}
	}
	return types.StringNull()
}

// anchor is the attribute that names the destination. It is not the block,
// whose source the CLI would quote together with the keys in it.
func (d destination) anchor() path.Path {
	if d.api == loganalytics.DataCollector {
		return path.Root("data_collector").AtName("log_type")
	}
	return path.Root("logs_ingestion").AtName("stream")
}

// tableName is the table that the records are stored in; null if neither the
// configuration nor the name of the stream names it.
func (d destination) tableName() types.String {
	named := d.ingestion.TableName
	if d.api == loganalytics.DataCollector {
		if named = d.collector.LogType; !tfkit.Given(named) {
			return named
		}
		return types.StringValue(loganalytics.TableName(named.ValueString()))
	}
	if !named.IsNull() || d.ingestion.Stream.IsUnknown() {
		return firstGiven(named, d.ingestion.Stream)
	}
	return tfkit.TextOrNull(loganalytics.StreamTable(d.ingestion.Stream.ValueString()))
}

// describe names the destination for people.
func (d destination) describe() string {
	if d.api == loganalytics.DataCollector {
		return fmt.Sprintf("Records for table %s of workspace %s", d.tableName().ValueString(), d.collector.WorkspaceID.ValueString())
	}
	return fmt.Sprintf("Records for stream %s of data collection rule %s", d.ingestion.Stream.ValueString(), d.ingestion.RuleID.ValueString())
}

// identify tells destinations apart.
func (d destination) identify() string {
	if d.api == loganalytics.DataCollector {
		return "workspace " + strings.ToLower(d.collector.WorkspaceID.ValueString()) + " " + d.collector.LogType.ValueString()
	}
	return "rule " + strings.ToLower(d.ingestion.RuleID.ValueString()) + " " + d.ingestion.Stream.ValueString()
}

// withEnvironment completes the keys by those of the environment, and
// reports when there is none.
func (d destination) withEnvironment(clients clients, diags *diag.Diagnostics) destination {
	if d.api != loganalytics.DataCollector {
		return d
	}
	primary, secondary := clients.LogAnalyticsSharedKeys()
	d.keys[0] = firstGiven(d.keys[0], tfkit.TextOrNull(primary))
	d.keys[1] = firstGiven(d.keys[1], tfkit.TextOrNull(secondary))
	if d.keys[0].IsNull() {
		diags.AddAttributeError(d.anchor(), "Shared key is missing",
			"The HTTP Data Collector API needs a shared key of the workspace: "+d.keyAdvice())
	}
	return d
}

// keyAdvice says where a shared key can be given.
func (d destination) keyAdvice() string {
	if d.environmentKeysOnly {
		return "set the environment variable AZURE_LOG_ANALYTICS_SHARED_KEY. An action takes no key as an argument."
	}
	return "set shared_key_wo, or the environment variable AZURE_LOG_ANALYTICS_SHARED_KEY."
}

// session returns the provider's session, or what is wrong with the settings
// that matter to the destination.
func (d destination) session(clients clients) (*azure.Session, error) {
	session, err := clients.AzureSession()
	if d.api == loganalytics.DataCollector {
		err = concernsDataCollector(err)
	}
	return session, err
}

// connect makes the client. It makes no call.
func (d destination) connect(session *azure.Session) (ingest.Destination, error) {
	if d.api == loganalytics.DataCollector {
		return d.connectCollector(session)
	}
	credential, err := session.Credential()
	if err != nil {
		return nil, err
	}
	return loganalytics.NewLogsIngestionClient(loganalytics.LogsIngestionConfig{
		Endpoint: d.ingestion.Endpoint.ValueString(), RuleID: d.ingestion.RuleID.ValueString(), Stream: d.ingestion.Stream.ValueString(),
		Credential: credential, Options: session.ClientOptions(), Clock: session.Clock(),
	})
}

func (d destination) connectCollector(session *azure.Session) (ingest.Destination, error) {
	config := loganalytics.DataCollectorConfig{
		WorkspaceID: d.collector.WorkspaceID.ValueString(), LogType: d.collector.LogType.ValueString(),
		TimeGeneratedField: d.collector.TimeGeneratedField.ValueString(), AzureResourceID: d.collector.AzureResourceID.ValueString(),
		Endpoint: session.Endpoints().DataCollector, Environment: session.Environment(), Transport: session.HTTPClient(),
		UserAgent: session.UserAgent(), Clock: session.Clock(),
	}
	for i, key := range []*loganalytics.SharedKey{&config.SharedKey, &config.SecondaryKey} {
		if d.keys[i].ValueString() == "" {
			continue
		}
		var err error
		if *key, err = loganalytics.ParseSharedKey(d.keys[i].ValueString()); err != nil {
			return nil, err
		}
	}
	return loganalytics.NewDataCollectorClient(config)
}

// concernsDataCollector returns what is wrong with the provider's settings
// unless it is only a setting that the Data Collector API, which knows no
// Azure credentials, does not need.
func concernsDataCollector(err error) error {
	notYet := new(tfkit.NotYetKnownError)
	if !errors.As(err, &notYet) {
		return err
	}
	needed := []string{"azure", "azure.environment", "azure.endpoints", "azure.endpoints.data_collector"}
	if slices.ContainsFunc(notYet.Attributes, func(attribute string) bool { return slices.Contains(needed, attribute) }) {
		return err
	}
	return nil
}

// openQuery makes a client of the query API. It makes no call.
func openQuery(clients clients) (*loganalytics.QueryClient, error) {
	session, err := clients.AzureSession()
	if err != nil {
		return nil, err
	}
	credential, err := session.Credential()
	if err != nil {
		return nil, err
	}
	return loganalytics.NewQueryClient(loganalytics.QueryConfig{
		Credential: credential, Options: session.ClientOptions(), Endpoint: session.Endpoints().LogAnalyticsQuery, Clock: session.Clock(),
	})
}
