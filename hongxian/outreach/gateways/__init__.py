"""The real ways out (通道): texts and calls leave through a port; behind it stands a gateway, a cloud or a stand-in."""
