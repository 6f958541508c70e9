package packetcapture

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

// instancesModel is the choice of a scale set's instances; nil is null.
type instancesModel struct {
	Include []string `tfsdk:"include"`
	Exclude []string `tfsdk:"exclude"`
}

func instancesTypes() map[string]attr.Type {
	set := types.SetType{ElemType: types.StringType}
	return map[string]attr.Type{"include": set, "exclude": set}
}

func decodeInstances(ctx context.Context, object types.Object, diags *diag.Diagnostics) instancesModel {
	var instances instancesModel
	if !object.IsNull() && !object.IsUnknown() {
		diags.Append(object.As(ctx, &instances, basetypes.ObjectAsOptions{})...)
	}
	return instances
}

// instancesFromAPI keeps the known choice if it is equivalent to what the
// service says, which spells instances as full ARM IDs.
func instancesFromAPI(ctx context.Context, targetID string, known types.Object, scope *armnetwork.PacketCaptureMachineScope, diags *diag.Diagnostics) types.Object {
	var answered instancesModel
	if scope != nil {
		answered.Include, answered.Exclude = texts(scope.Include), texts(scope.Exclude)
	}
	if sameInstances(targetID, decodeInstances(ctx, known, diags), answered) {
		return known
	}
	if len(answered.Include) == 0 && len(answered.Exclude) == 0 {
		return types.ObjectNull(instancesTypes())
	}
	object, problems := types.ObjectValueFrom(ctx, instancesTypes(), answered)
	diags.Append(problems...)
	return object
}

func instancesToAPI(targetID string, instances instancesModel) *armnetwork.PacketCaptureMachineScope {
	if len(instances.Include) == 0 && len(instances.Exclude) == 0 {
		return nil
	}
	return &armnetwork.PacketCaptureMachineScope{
		Include: pointers(canonicalInstances(targetID, instances.Include)),
		Exclude: pointers(canonicalInstances(targetID, instances.Exclude)),
	}
}

func sameInstances(targetID string, a, b instancesModel) bool {
	same := func(a, b []string) bool {
		return slices.EqualFunc(canonicalInstances(targetID, a), canonicalInstances(targetID, b), strings.EqualFold)
	}
	return same(a.Include, b.Include) && same(a.Exclude, b.Exclude)
}

// canonicalInstances returns sorted full ARM IDs. What cannot be an instance
// of the target stays as it is; validation has said so.
func canonicalInstances(targetID string, instances []string) []string {
	canonical := slices.Clone(instances)
	if scaleSet, err := networkwatcher.ParseTargetID(targetID); err == nil {
		for i, instance := range canonical {
			if id, err := scaleSet.InstanceID(instance); err == nil {
				canonical[i] = id
			}
		}
	}
	slices.SortFunc(canonical, func(a, b string) int {
		// Without the second comparison, the order of what only differs by
		// case would depend on how it was given.
		return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	return canonical
}

// texts returns nil for none, which is null in Terraform.
func texts(pointers []*string) []string {
	var texts []string
	for _, pointer := range pointers {
		texts = append(texts, value(pointer))
	}
	return texts
}

func pointers(texts []string) []*string {
	var pointers []*string
	for _, text := range texts {
		pointers = append(pointers, &text)
	}
	return pointers
}
