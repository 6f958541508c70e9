package packetcapture

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// captureModel is a packet capture as the resource, the data sources and the
// list resource show it.
type captureModel struct {
	ID                      types.String          `tfsdk:"id"`
	Name                    types.String          `tfsdk:"name"`
	NetworkWatcherID        types.String          `tfsdk:"network_watcher_id"`
	TargetID                types.String          `tfsdk:"target_id"`
	TargetType              types.String          `tfsdk:"target_type"`
	Instances               types.Object          `tfsdk:"instances"`
	Filters                 []filterModel         `tfsdk:"filters"`
	StorageLocation         *storageLocationModel `tfsdk:"storage_location"`
	BytesToCapturePerPacket types.Int64           `tfsdk:"bytes_to_capture_per_packet"`
	TotalBytesPerSession    types.Int64           `tfsdk:"total_bytes_per_session"`
	TimeLimitInSeconds      types.Int64           `tfsdk:"time_limit_in_seconds"`
	ContinuousCapture       types.Bool            `tfsdk:"continuous_capture"`
	CaptureSettings         types.Object          `tfsdk:"capture_settings"`
	Status                  types.String          `tfsdk:"status"`
	StartTime               types.String          `tfsdk:"start_time"`
	StopReason              types.String          `tfsdk:"stop_reason"`
	Errors                  types.List            `tfsdk:"errors"`
	ProvisioningState       types.String          `tfsdk:"provisioning_state"`
}

// resourceModel adds what Terraform does with the capture.
type resourceModel struct {
	captureModel
	DesiredState      types.String   `tfsdk:"desired_state"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	RecaptureTriggers types.Map      `tfsdk:"recapture_triggers"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

type storageLocationModel struct {
	StorageAccountID types.String `tfsdk:"storage_account_id"`
	StoragePath      types.String `tfsdk:"storage_path"`
	FilePath         types.String `tfsdk:"file_path"`
}

// emptyModel is a capture of which nothing is known: every value is null.
func emptyModel() captureModel {
	return captureModel{
		Instances:       types.ObjectNull(instancesTypes()),
		CaptureSettings: types.ObjectNull(settingsTypes()),
		Errors:          types.ListNull(types.StringType),
	}
}

// emptyResourceModel is emptyModel with what Terraform assumes of a capture
// that it did not make.
func emptyResourceModel(ctx context.Context) resourceModel {
	return resourceModel{
		captureModel:      emptyModel(),
		RecaptureTriggers: types.MapNull(types.StringType),
		Timeouts:          tfkit.NoTimeouts(resourceSchema(ctx)),
	}
}

// assumeDesired completes a capture that Terraform did not make.
func (m *resourceModel) assumeDesired() {
	if m.DesiredState.IsNull() && !m.Status.IsNull() {
		m.DesiredState = tfkit.DesiredOf(m.sessionEnded())
	}
}

// fromAPI takes over what the service says of the capture. Where the model
// holds another spelling of the same, it stays.
func (m *captureModel) fromAPI(ctx context.Context, capture *armnetwork.PacketCaptureResult) diag.Diagnostics {
	var diags diag.Diagnostics
	properties := capture.Properties
	if properties == nil {
		properties = &armnetwork.PacketCaptureResultProperties{}
	}
	m.ID = tfkit.KeepNull(m.ID, value(capture.ID), strings.EqualFold)
	m.Name = tfkit.KeepSpelling(m.Name, value(capture.Name), strings.EqualFold)
	if id, err := networkwatcher.ParsePacketCaptureID(m.ID.ValueString()); err == nil && m.NetworkWatcherID.IsNull() {
		m.NetworkWatcherID = types.StringValue(id.Watcher.String())
	}
	m.TargetID = tfkit.KeepSpelling(m.TargetID, value(properties.Target), strings.EqualFold)
	m.TargetType = types.StringValue(string(targetType(properties)))
	m.Instances = instancesFromAPI(ctx, m.TargetID.ValueString(), m.Instances, properties.Scope, &diags)
	m.Filters = filtersFromAPI(m.Filters, properties.Filters)
	m.StorageLocation = storageFromAPI(m.StorageLocation, properties.StorageLocation)
	m.BytesToCapturePerPacket = types.Int64Value(value(properties.BytesToCapturePerPacket))
	m.ContinuousCapture = types.BoolPointerValue(properties.ContinuousCapture)
	m.TotalBytesPerSession, m.TimeLimitInSeconds = types.Int64Null(), types.Int64Null()
	if properties.ContinuousCapture == nil {
		m.TotalBytesPerSession = types.Int64Value(valueOr(properties.TotalBytesPerSession, defaultTotalBytesPerSession))
		m.TimeLimitInSeconds = types.Int64Value(int64(valueOr(properties.TimeLimitInSeconds, int32(maxTimeLimitInSeconds))))
	}
	m.CaptureSettings = settingsFromAPI(ctx, properties, &diags)
	m.ProvisioningState = types.StringPointerValue((*string)(properties.ProvisioningState))
	return diags
}

func targetType(properties *armnetwork.PacketCaptureResultProperties) armnetwork.PacketCaptureTargetType {
	return valueOr(properties.TargetType, armnetwork.PacketCaptureTargetTypeAzureVM)
}

// setStatus takes over what the service says of the session.
func (m *captureModel) setStatus(ctx context.Context, status *armnetwork.PacketCaptureQueryStatusResult) diag.Diagnostics {
	m.Status = types.StringValue(string(valueOr(status.PacketCaptureStatus, armnetwork.PcStatusUnknown)))
	m.StartTime = types.StringNull()
	if status.CaptureStartTime != nil {
		m.StartTime = types.StringValue(status.CaptureStartTime.Format(time.RFC3339Nano))
	}
	m.StopReason = types.StringNull()
	if reason := value(status.StopReason); reason != "" {
		m.StopReason = types.StringValue(reason)
	}
	errors, diags := types.ListValueFrom(ctx, types.StringType, networkwatcher.Errors(status))
	m.Errors = errors
	return diags
}

// noStatus makes the session's attributes null, for a capture whose session
// nobody asked about.
func (m *captureModel) noStatus() {
	m.Status, m.StartTime, m.StopReason = types.StringNull(), types.StringNull(), types.StringNull()
	m.Errors = types.ListNull(types.StringType)
}

// sessionEnded reports whether the state already knows that the session is
// over; a session never starts again.
func (m *captureModel) sessionEnded() bool {
	return networkwatcher.Ended(armnetwork.PcStatus(m.Status.ValueString()))
}

func storageFromAPI(known *storageLocationModel, location *armnetwork.PacketCaptureStorageLocation) *storageLocationModel {
	if known == nil {
		known = &storageLocationModel{}
	}
	if location == nil {
		location = &armnetwork.PacketCaptureStorageLocation{}
	}
	file := cmp.Or(value(location.FilePath), value(location.LocalPath))
	return &storageLocationModel{
		StorageAccountID: tfkit.KeepNull(known.StorageAccountID, value(location.StorageID), strings.EqualFold),
		StoragePath:      tfkit.KeepNull(known.StoragePath, value(location.StoragePath), strings.EqualFold),
		FilePath:         tfkit.KeepNull(known.FilePath, file, strings.EqualFold),
	}
}

// value returns what a pointer of the API's types points to, or zero.
func value[T any](pointer *T) T {
	var zero T
	return valueOr(pointer, zero)
}

func valueOr[T any](pointer *T, absent T) T {
	if pointer == nil {
		return absent
	}
	return *pointer
}
