package packetcapture

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// azurermTypes are the resource types whose state can be moved here.
var azurermTypes = []string{
	"azurerm_virtual_machine_packet_capture",
	"azurerm_virtual_machine_scale_set_packet_capture",
	"azurerm_network_packet_capture",
}

// azurermState is the union of the azurerm types' states.
type azurermState struct {
	ID                       string `json:"id"`
	VirtualMachineID         string `json:"virtual_machine_id"`
	ScaleSetID               string `json:"virtual_machine_scale_set_id"`
	TargetResourceID         string `json:"target_resource_id"`
	MaximumBytesPerPacket    *int64 `json:"maximum_bytes_per_packet"`
	MaximumBytesPerSession   *int64 `json:"maximum_bytes_per_session"`
	MaximumDurationInSeconds *int64 `json:"maximum_capture_duration_in_seconds"`
	MaximumDuration          *int64 `json:"maximum_capture_duration"`
	StorageLocation          []struct {
		FilePath         string `json:"file_path"`
		StorageAccountID string `json:"storage_account_id"`
		StoragePath      string `json:"storage_path"`
	} `json:"storage_location"`
	Filter []struct {
		LocalIPAddress  string `json:"local_ip_address"`
		LocalPort       string `json:"local_port"`
		Protocol        string `json:"protocol"`
		RemoteIPAddress string `json:"remote_ip_address"`
		RemotePort      string `json:"remote_port"`
	} `json:"filter"`
	MachineScope []struct {
		Include []string `json:"include_instance_ids"`
		Exclude []string `json:"exclude_instance_ids"`
	} `json:"machine_scope"`
}

// MoveState takes over the state of azurerm's packet captures, so that a
// moved block adopts a capture without making it again.
func (*captureResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveFromAzurerm}}
}

func moveFromAzurerm(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !slices.Contains(azurermTypes, req.SourceTypeName) || !strings.HasSuffix(req.SourceProviderAddress, "hashicorp/azurerm") {
		return
	}
	var source azurermState
	if err := json.Unmarshal(req.SourceRawState.JSON, &source); err != nil {
		resp.Diagnostics.AddError("Could not move packet capture", "The state of "+req.SourceTypeName+" cannot be read: "+err.Error())
		return
	}
	id, err := networkwatcher.ParsePacketCaptureID(source.ID)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Could not move packet capture",
			tfkit.Sentence(err)+" Remove it from the state and import it by its present ID.")
		return
	}
	moved := source.model(ctx, id, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &moved)...)
	resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, identityOf(id))...)
}

func (s *azurermState) model(ctx context.Context, id networkwatcher.PacketCaptureID, resp *resource.MoveStateResponse) resourceModel {
	m := emptyResourceModel(ctx)
	m.ID = types.StringValue(id.String())
	m.Name = types.StringValue(id.Name)
	m.NetworkWatcherID = types.StringValue(id.Watcher.String())
	for _, target := range []string{s.VirtualMachineID, s.ScaleSetID, s.TargetResourceID} {
		if parsed, err := networkwatcher.ParseTargetID(target); err == nil {
			m.TargetID = types.StringValue(target)
			m.TargetType = types.StringValue(string(parsed.Type()))
		}
	}
	m.BytesToCapturePerPacket = types.Int64Value(value(s.MaximumBytesPerPacket))
	m.TotalBytesPerSession = types.Int64Value(valueOr(s.MaximumBytesPerSession, defaultTotalBytesPerSession))
	duration := s.MaximumDurationInSeconds
	if duration == nil {
		duration = s.MaximumDuration
	}
	m.TimeLimitInSeconds = types.Int64Value(valueOr(duration, maxTimeLimitInSeconds))
	for _, location := range s.StorageLocation {
		m.StorageLocation = &storageLocationModel{
			StorageAccountID: tfkit.TextOrNull(location.StorageAccountID),
			StoragePath:      tfkit.TextOrNull(location.StoragePath),
			FilePath:         tfkit.TextOrNull(location.FilePath),
		}
	}
	for _, filter := range s.Filter {
		m.Filters = append(m.Filters, filterModel{
			Protocol:        types.StringValue(filter.Protocol),
			LocalIPAddress:  tfkit.TextOrNull(filter.LocalIPAddress),
			LocalPort:       tfkit.TextOrNull(filter.LocalPort),
			RemoteIPAddress: tfkit.TextOrNull(filter.RemoteIPAddress),
			RemotePort:      tfkit.TextOrNull(filter.RemotePort),
		})
	}
	for _, scope := range s.MachineScope {
		instances := instancesModel{}
		if len(scope.Include) > 0 {
			instances.Include = scope.Include
		}
		if len(scope.Exclude) > 0 {
			instances.Exclude = scope.Exclude
		}
		object, diags := types.ObjectValueFrom(ctx, instancesTypes(), instances)
		resp.Diagnostics.Append(diags...)
		m.Instances = object
	}
	return m
}
