package networkwatcher

import (
	"fmt"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
)

// TargetID names what a packet capture watches.
type TargetID struct {
	SubscriptionID    string
	ResourceGroupName string
	// Name is the virtual machine's or the scale set's.
	Name       string
	targetType armnetwork.PacketCaptureTargetType
}

// ParseTargetID reads the id of a virtual machine or a virtual machine scale
// set. The error says what was expected.
func ParseTargetID(id string) (TargetID, error) {
	if names, ok := match(virtualMachineShape, id); ok {
		return TargetID{names[0], names[1], names[2], armnetwork.PacketCaptureTargetTypeAzureVM}, nil
	}
	if names, ok := match(scaleSetShape, id); ok {
		return TargetID{names[0], names[1], names[2], armnetwork.PacketCaptureTargetTypeAzureVMSS}, nil
	}
	if names, ok := match(instanceShape, id); ok {
		return TargetID{}, fmt.Errorf("%q is one instance of a scale set; name the scale set %s as target and include instance %q",
			id, format(scaleSetShape, names[0], names[1], names[2]), names[3])
	}
	return TargetID{}, fmt.Errorf("%q is neither the id of a virtual machine nor of a scale set; it must look like %s or %s",
		id, virtualMachineShape, scaleSetShape)
}

// Type says what is watched, in the service's words.
func (id TargetID) Type() armnetwork.PacketCaptureTargetType { return id.targetType }

// IsScaleSet reports whether the target is a scale set, whose instances can
// be chosen.
func (id TargetID) IsScaleSet() bool {
	return id.targetType == armnetwork.PacketCaptureTargetTypeAzureVMSS
}

// String returns the id in Resource Manager's own casing.
func (id TargetID) String() string {
	shape := virtualMachineShape
	if id.IsScaleSet() {
		shape = scaleSetShape
	}
	return format(shape, id.SubscriptionID, id.ResourceGroupName, id.Name)
}

// InstanceID returns the id of a scale set's instance, given that or the bare
// number of the instance, which the service expands itself.
func (id TargetID) InstanceID(instance string) (string, error) {
	if names, ok := match(instanceShape, instance); ok {
		scaleSet := format(scaleSetShape, names[0], names[1], names[2])
		if !SameID(scaleSet, id.String()) {
			return "", fmt.Errorf("%q is an instance of %s, not of %s", instance, scaleSet, id)
		}
		instance = names[3]
	}
	if !isName(instance) || strings.Contains(instance, "/") {
		return "", fmt.Errorf("%q is no instance of a scale set; give its number, for example \"0\", or its id, which looks like %s", instance, instanceShape)
	}
	return id.String() + "/virtualMachines/" + instance, nil
}

// CheckStorageAccountID returns what is wrong with the id of a storage account.
func CheckStorageAccountID(id string) error {
	if _, ok := match(storageAccountShape, id); !ok {
		return wrongShape("a storage account", storageAccountShape, id)
	}
	return nil
}
