package catalogue

import (
	"path"
	"strings"

	"github.com/google/uuid"
)

// Machine is a virtual machine, or a scale set, as the inventory has it.
type Machine struct {
	ID, Location             string
	Linux, HasAgent, Running bool
	ScaleSet                 bool
	// Instances maps the instance ids of a scale set to whether they run.
	Instances map[string]bool
}

// View is the instance view of a machine.
func (m Machine) View() *InstanceView { return viewOf(m.Running) }

// MachineBody holds the members of VirtualMachine, VirtualMachineScaleSet and
// VirtualMachineScaleSetVM of the published definitions that clients of
// captures look at.
type MachineBody struct {
	Name       string            `json:"name"`
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	Location   string            `json:"location"`
	InstanceID string            `json:"instanceId,omitempty"`
	SKU        *SKU              `json:"sku,omitempty"`
	Properties MachineProperties `json:"properties"`
	Resources  []Extension       `json:"resources,omitempty"`
}

// SKU is the size of a machine.
type SKU struct {
	Name     string `json:"name"`
	Tier     string `json:"tier"`
	Capacity int    `json:"capacity"`
}

// MachineProperties are the properties of a MachineBody.
type MachineProperties struct {
	ProvisioningState string            `json:"provisioningState"`
	VMID              string            `json:"vmId,omitempty"`
	UniqueID          string            `json:"uniqueId,omitempty"`
	OrchestrationMode string            `json:"orchestrationMode,omitempty"`
	HardwareProfile   map[string]string `json:"hardwareProfile,omitempty"`
	StorageProfile    *StorageProfile   `json:"storageProfile,omitempty"`
	OSProfile         map[string]string `json:"osProfile,omitempty"`
	InstanceView      *InstanceView     `json:"instanceView,omitempty"`
}

// StorageProfile is the disks of a machine.
type StorageProfile struct {
	OSDisk OSDisk `json:"osDisk"`
}

// OSDisk is the disk of the operating system.
type OSDisk struct {
	OSType       string `json:"osType"`
	Name         string `json:"name"`
	CreateOption string `json:"createOption"`
}

// InstanceView is what a machine does now.
type InstanceView struct {
	Statuses []ViewStatus `json:"statuses"`
}

// ViewStatus is one status of an InstanceView.
type ViewStatus struct {
	Code          string `json:"code"`
	Level         string `json:"level"`
	DisplayStatus string `json:"displayStatus"`
}

// Extension is VirtualMachineExtension of the published definitions.
type Extension struct {
	Name string `json:"name"`
	ID   string `json:"id"`
	Type string `json:"type"`
	// Location is empty for those of a scale set, which have none.
	Location   string              `json:"location,omitempty"`
	Properties ExtensionProperties `json:"properties"`
}

// ExtensionProperties are the properties of an Extension.
type ExtensionProperties struct {
	Publisher          string `json:"publisher"`
	Type               string `json:"type"`
	TypeHandlerVersion string `json:"typeHandlerVersion"`
	AutoUpgrade        bool   `json:"autoUpgradeMinorVersion"`
	ProvisioningState  string `json:"provisioningState"`
}

// The types of machines, and of what is read by id alone.
const (
	TypeAccount   = "Microsoft.Storage/storageAccounts"
	TypeWorkspace = "Microsoft.OperationalInsights/workspaces"
	TypeVM        = "Microsoft.Compute/virtualMachines"
	TypeScaleSet  = "Microsoft.Compute/virtualMachineScaleSets"
)

const (
	machineSize     = "Standard_D2s_v5"
	succeeded       = "Succeeded"
	agentExtension  = "AzureNetworkWatcherExtension"
	agentPublisher  = "Microsoft.Azure.NetworkWatcher"
	expandInstances = "instanceView"
)

func (m Machine) osType() string {
	if m.Linux {
		return "Linux"
	}
	return "Windows"
}

func viewOf(running bool) *InstanceView {
	power := ViewStatus{"PowerState/deallocated", "Info", "VM deallocated"}
	if running {
		power = ViewStatus{"PowerState/running", "Info", "VM running"}
	}
	return &InstanceView{[]ViewStatus{{"ProvisioningState/succeeded", "Info", "Provisioning succeeded"}, power}}
}

// guid is the same for the same id.
func guid(id string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(strings.ToLower(id))).String()
}

// Extensions are the extensions of a machine or of a scale set, or those of an
// instance of one.
func (m Machine) Extensions(instance string) []Extension {
	if !m.HasAgent {
		return nil
	}
	agent := Extension{
		Name: agentExtension, ID: m.ID + "/extensions/" + agentExtension, Type: TypeVM + "/extensions", Location: m.Location,
		Properties: ExtensionProperties{agentPublisher, "NetworkWatcherAgent" + m.osType(), "1.4", true, succeeded},
	}
	switch {
	case instance != "":
		agent.ID, agent.Type = m.ID+"/virtualMachines/"+instance+"/extensions/"+agentExtension, TypeScaleSet+"/virtualMachines/extensions"
	case m.ScaleSet:
		agent.Type, agent.Location = TypeScaleSet+"/extensions", ""
	}
	return []Extension{agent}
}

// Body describes a machine or a scale set; expand is the request's $expand.
func (m Machine) Body(expand string) MachineBody {
	name := path.Base(m.ID)
	body := MachineBody{Name: name, ID: m.ID, Location: m.Location, Properties: MachineProperties{ProvisioningState: succeeded}}
	if m.ScaleSet {
		body.Type, body.SKU = TypeScaleSet, &SKU{machineSize, "Standard", len(m.Instances)}
		body.Properties.UniqueID, body.Properties.OrchestrationMode = guid(m.ID), "Uniform"
		return body
	}
	body.Type, body.Resources = TypeVM, m.Extensions("")
	m.describe(&body, name)
	if strings.EqualFold(expand, expandInstances) {
		body.Properties.InstanceView = viewOf(m.Running)
	}
	return body
}

func (m Machine) describe(body *MachineBody, name string) {
	body.Properties.VMID = guid(body.ID)
	body.Properties.HardwareProfile = map[string]string{"vmSize": machineSize}
	body.Properties.StorageProfile = &StorageProfile{OSDisk{m.osType(), name + "_OsDisk_1", "FromImage"}}
	body.Properties.OSProfile = map[string]string{"computerName": name, "adminUsername": "azureuser"}
}

// InstanceBody describes an instance of a scale set.
func (m Machine) InstanceBody(instance, expand string) MachineBody {
	name := path.Base(m.ID) + "_" + instance
	body := MachineBody{
		Name: name, ID: m.ID + "/virtualMachines/" + instance, Type: TypeScaleSet + "/virtualMachines", Location: m.Location, InstanceID: instance,
		SKU: &SKU{machineSize, "Standard", 1}, Properties: MachineProperties{ProvisioningState: succeeded},
	}
	m.describe(&body, name)
	if strings.EqualFold(expand, expandInstances) {
		body.Properties.InstanceView = viewOf(m.Running && m.Instances[instance])
	}
	return body
}
