package dev.gibbon.controlplane.store;

import dev.gibbon.core.log.Log;

class InMemoryConfigStoreTest extends ConfigStoreContract {

    @Override
    protected ConfigStore open() {
        return new InMemoryConfigStore(Log.NONE);
    }
}
