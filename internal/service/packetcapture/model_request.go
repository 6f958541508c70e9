package packetcapture

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type settingsModel struct {
	FileCount                 types.Int64 `tfsdk:"file_count"`
	FileSizeInBytes           types.Int64 `tfsdk:"file_size_in_bytes"`
	SessionTimeLimitInSeconds types.Int64 `tfsdk:"session_time_limit_in_seconds"`
}

func settingsTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"file_count":                    types.Int64Type,
		"file_size_in_bytes":            types.Int64Type,
		"session_time_limit_in_seconds": types.Int64Type,
	}
}

// settingsFromAPI fills what a capture made elsewhere left to the service's
// defaults.
func settingsFromAPI(ctx context.Context, properties *armnetwork.PacketCaptureResultProperties, diags *diag.Diagnostics) types.Object {
	if properties.ContinuousCapture == nil {
		return types.ObjectNull(settingsTypes())
	}
	settings := properties.CaptureSettings
	if settings == nil {
		settings = &armnetwork.PacketCaptureSettings{}
	}
	object, problems := types.ObjectValueFrom(ctx, settingsTypes(), settingsModel{
		FileCount:                 types.Int64Value(int64(valueOr(settings.FileCount, int32(defaultFileCount)))),
		FileSizeInBytes:           types.Int64Value(valueOr(settings.FileSizeInBytes, defaultFileSizeInBytes)),
		SessionTimeLimitInSeconds: types.Int64Value(int64(valueOr(settings.SessionTimeLimitInSeconds, int32(defaultSessionTimeLimitInSeconds)))),
	})
	diags.Append(problems...)
	return object
}

// toAPI returns the body of PacketCaptures_Create. A continuous capture never
// carries the classic limits, and a classic one no capture settings: the
// service refuses either.
func (m *captureModel) toAPI(ctx context.Context) (armnetwork.PacketCapture, diag.Diagnostics) {
	var diags diag.Diagnostics
	parameters := &armnetwork.PacketCaptureParameters{
		Target:                  m.TargetID.ValueStringPointer(),
		BytesToCapturePerPacket: m.BytesToCapturePerPacket.ValueInt64Pointer(),
		Filters:                 filtersToAPI(m.Filters),
		Scope:                   instancesToAPI(m.TargetID.ValueString(), decodeInstances(ctx, m.Instances, &diags)),
		StorageLocation: &armnetwork.PacketCaptureStorageLocation{
			StorageID: m.StorageLocation.StorageAccountID.ValueStringPointer(),
		},
	}
	target, err := networkwatcher.ParseTargetID(m.TargetID.ValueString())
	if err != nil {
		diags.AddError("Target ID is not valid", tfkit.Sentence(err))
		return armnetwork.PacketCapture{}, diags
	}
	parameters.TargetType = new(target.Type())
	if !m.StorageLocation.StoragePath.IsUnknown() {
		parameters.StorageLocation.StoragePath = m.StorageLocation.StoragePath.ValueStringPointer()
	}
	if m.ContinuousCapture.IsNull() {
		parameters.StorageLocation.FilePath = m.StorageLocation.FilePath.ValueStringPointer()
		parameters.TotalBytesPerSession = m.TotalBytesPerSession.ValueInt64Pointer()
		parameters.TimeLimitInSeconds = validInt32(m.TimeLimitInSeconds)
		return armnetwork.PacketCapture{Properties: parameters}, diags
	}
	var settings settingsModel
	diags.Append(m.CaptureSettings.As(ctx, &settings, basetypes.ObjectAsOptions{})...)
	parameters.ContinuousCapture = m.ContinuousCapture.ValueBoolPointer()
	parameters.StorageLocation.LocalPath = m.StorageLocation.FilePath.ValueStringPointer()
	parameters.CaptureSettings = &armnetwork.PacketCaptureSettings{
		FileCount:                 validInt32(settings.FileCount),
		FileSizeInBytes:           settings.FileSizeInBytes.ValueInt64Pointer(),
		SessionTimeLimitInSeconds: validInt32(settings.SessionTimeLimitInSeconds),
	}
	return armnetwork.PacketCapture{Properties: parameters}, diags
}

// validInt32 converts a number that a limitValidator has checked.
func validInt32(number types.Int64) *int32 {
	return new(int32(number.ValueInt64())) //nolint:gosec // the limits are far below
}
