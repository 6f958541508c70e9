# A capture that azurerm manages moves over without being made again. The
# other types are azurerm_virtual_machine_scale_set_packet_capture and
# azurerm_network_packet_capture.
moved {
  from = azurerm_virtual_machine_packet_capture.tls
  to   = cloudtap_azure_packet_capture.tls
}
